/**
 * DynamoDB's values: which are valid, in which form they are kept, how they compare, how large they
 * are, and how keys become bytes that sort as DynamoDB sorts them.
 *
 * <p>Start reading at {@link dev.ipauth.embedded.values.Canonical}.
 */
@NullMarked
package dev.ipauth.embedded.values;

import org.jspecify.annotations.NullMarked;
