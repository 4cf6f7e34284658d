/** That what is shared is shared fairly. */
@NullMarked
package dev.ipauth.relay.budget;

import org.jspecify.annotations.NullMarked;
