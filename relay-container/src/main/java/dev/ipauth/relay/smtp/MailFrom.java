package dev.ipauth.relay.smtp;

import org.jspecify.annotations.Nullable;

/**
 * The sender of a message and what {@code MAIL} said of it.
 *
 * @param address without angle brackets; empty is the null sender
 * @param size octets the device announced (RFC 1870), -1 when it didn't
 * @param eightBit {@code BODY=8BITMIME} (RFC 6152)
 * @param utf8 {@code SMTPUTF8} (RFC 6531)
 * @param ret {@code FULL} or {@code HDRS} (RFC 3461), null when not given
 * @param envid as sent, in xtext (RFC 3461), null when not given
 */
public record MailFrom(
    String address,
    long size,
    boolean eightBit,
    boolean utf8,
    @Nullable String ret,
    @Nullable String envid) {}
