/**
 * How much one device, one SMTP user, and all together may ask of the relay. Only memory and a
 * clock: whoever holds the sockets asks here, and says what the answer holds.
 *
 * <p>Everything counts by the device's address, which behind a proxy is the one that the PROXY
 * protocol tells, and for IPv6 by its /64, which is what one subscriber has: whoever has a single
 * address there has them all. What is remembered is bounded; when it overflows, a limit is lifted
 * early, and nobody is refused for what others did.
 *
 * <p>Start reading at {@link dev.ipauth.relay.limits.Limits}; failed passwords are counted in
 * {@link dev.ipauth.relay.limits.AuthFailures}.
 */
@NullMarked
package dev.ipauth.relay.limits;

import org.jspecify.annotations.NullMarked;
