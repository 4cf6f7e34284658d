/**
 * How much one device, one SMTP user, and all together may ask of the relay. Only memory and a
 * clock: whoever holds the sockets asks here, and does what the answer says.
 *
 * <p>Everything counts by the device's address, which behind a proxy is the one that the PROXY
 * protocol tells. Start reading at {@link dev.ipauth.relay.limits.Limits}.
 */
@NullMarked
package dev.ipauth.relay.limits;

import org.jspecify.annotations.NullMarked;
