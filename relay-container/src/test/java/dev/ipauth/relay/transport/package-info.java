/** What ends the process, and what doesn't. */
@NullMarked
package dev.ipauth.relay.transport;

import org.jspecify.annotations.NullMarked;
