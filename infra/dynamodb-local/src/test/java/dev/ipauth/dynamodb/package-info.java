/** DynamoDB Local as the tests and the platform on one machine use it. */
@NullMarked
package dev.ipauth.dynamodb;

import org.jspecify.annotations.NullMarked;
