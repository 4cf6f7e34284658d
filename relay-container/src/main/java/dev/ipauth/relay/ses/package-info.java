/**
 * Amazon SES by its API (v2 {@code SendEmail}, the raw message) as the far side of {@link
 * dev.ipauth.relay.onward.Onward}. A message is held until its end, as the queue holds what passes,
 * and then sent as one request, signed over the held text and streamed from it. What SES answers
 * becomes a reply in {@code SesAnswer}.
 *
 * <p>Start reading at {@code SesDelivery}.
 */
@NullMarked
package dev.ipauth.relay.ses;

import org.jspecify.annotations.NullMarked;
