/** The rehearsal, rehearsed. */
@NullMarked
package dev.ipauth.relay.rehearsal;

import org.jspecify.annotations.NullMarked;
