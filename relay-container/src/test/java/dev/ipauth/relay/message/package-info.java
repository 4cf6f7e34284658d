/** A message's text from the device's octets to the next hop's. */
@NullMarked
package dev.ipauth.relay.message;

import org.jspecify.annotations.NullMarked;
