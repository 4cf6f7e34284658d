/** Tests of {@code dev.ipauth.embedded}, beside DynamoDB Local. */
@NullMarked
package dev.ipauth.embedded;

import org.jspecify.annotations.NullMarked;
