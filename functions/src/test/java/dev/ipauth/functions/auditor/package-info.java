/** The auditor against DynamoDB Local. */
@NullMarked
package dev.ipauth.functions.auditor;

import org.jspecify.annotations.NullMarked;
