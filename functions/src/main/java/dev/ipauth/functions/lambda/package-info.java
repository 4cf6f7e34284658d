/**
 * Shared by the functions that AWS Lambda calls directly, without the application; and by the
 * application, how long it waits for DynamoDB.
 */
@NullMarked
package dev.ipauth.functions.lambda;

import org.jspecify.annotations.NullMarked;
