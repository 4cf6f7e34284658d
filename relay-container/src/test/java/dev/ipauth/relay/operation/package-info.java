/** Tests of what the operator sees. */
@NullMarked
package dev.ipauth.relay.operation;

import org.jspecify.annotations.NullMarked;
