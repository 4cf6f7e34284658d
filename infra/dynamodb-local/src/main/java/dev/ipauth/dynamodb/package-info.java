/**
 * DynamoDB Local in this JVM, for tests, with the tables of {@code infra/tables/tables.yaml} made
 * in it.
 *
 * <p>It runs in a class loader of its own, because it brings libraries that are older than ours,
 * and listens on 127.0.0.1 only, because it knows no passwords. Its licence lets a developer run it
 * and nobody ship it: its libraries lie in a folder beside ours and are in no artefact.
 *
 * <p>Start reading at {@link dev.ipauth.dynamodb.DynamoDbLocal}.
 */
@NullMarked
package dev.ipauth.dynamodb;

import org.jspecify.annotations.NullMarked;
