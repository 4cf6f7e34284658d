/**
 * DynamoDB's interface over SQLite, for one machine: rows, keys, conditions, transactions, pages
 * and expiry as DynamoDB has them. It knows nothing of the platform.
 *
 * <p>One thread writes, and several changes that wait together share one sync of the disk; reads go
 * beside it. A change that was answered is on the disk. What DynamoDB has and this hasn't is an
 * {@link UnsupportedOperationException} with its name.
 *
 * <p>Start reading at {@link dev.ipauth.embedded.EmbeddedTables}.
 */
@NullMarked
package dev.ipauth.embedded;

import org.jspecify.annotations.NullMarked;
