/** The messages against DynamoDB Local. */
@NullMarked
package dev.ipauth.functions.messages;

import org.jspecify.annotations.NullMarked;
