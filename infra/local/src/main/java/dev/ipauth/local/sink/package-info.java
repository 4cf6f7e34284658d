/**
 * A mail sink: an SMTP server that takes every message and keeps it for a person, or a test, to
 * look at. On one machine it stands where Amazon SES or a smart host stands in production.
 *
 * <p>It is strict where a next hop that is lenient would hide the relay's faults: only {@code
 * <CR><LF>} ends a line, only {@code <CR><LF>.<CR><LF>} ends a message, and every other byte is
 * kept as it came. It listens on the loopback address only. Start reading at {@link
 * dev.ipauth.local.sink.MailSink}.
 */
@NullMarked
package dev.ipauth.local.sink;

import org.jspecify.annotations.NullMarked;
