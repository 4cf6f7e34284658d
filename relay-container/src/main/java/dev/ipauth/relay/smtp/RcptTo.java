package dev.ipauth.relay.smtp;

import org.jspecify.annotations.Nullable;

/**
 * One recipient.
 *
 * @param address without angle brackets, not empty
 * @param notifyOn {@code NOTIFY=} (RFC 3461) as sent, null when not given
 * @param orcpt {@code ORCPT=} (RFC 3461) as sent, null when not given
 */
public record RcptTo(String address, @Nullable String notifyOn, @Nullable String orcpt) {}
