/** Tests of the limits, each a small story on a clock of its own. */
@NullMarked
package dev.ipauth.relay.limits;

import org.jspecify.annotations.NullMarked;
