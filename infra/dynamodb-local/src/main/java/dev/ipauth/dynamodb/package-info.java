/**
 * The platform's tables on one machine: Amazon's DynamoDB Local, started inside this JVM, on the
 * loopback address only, with the tables of {@code infra/tables/tables.yaml}. For tests and for
 * trying the platform out; nothing that is deployed uses it.
 *
 * <p>DynamoDB Local's libraries (an old world of Jetty, Kotlin and log4j) are never on the class
 * path: {@link dev.ipauth.dynamodb.DynamoDbLocal} loads them from a folder in a class loader of
 * their own, whose one class of ours is in {@code isolated}. Start reading at {@link
 * dev.ipauth.dynamodb.DynamoDbLocal}.
 */
@NullMarked
package dev.ipauth.dynamodb;

import org.jspecify.annotations.NullMarked;
