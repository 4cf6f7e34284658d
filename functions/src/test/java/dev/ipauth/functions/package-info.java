/** The control plane as its callers see it, against DynamoDB Local. Start at {@code examples/}. */
@NullMarked
package dev.ipauth.functions;

import org.jspecify.annotations.NullMarked;
