package dev.ipauth.relay.smtp;

/**
 * What one port of this relay offers and allows.
 *
 * @param hostname in the greeting and in {@code Received}
 * @param startTls whether STARTTLS is offered while in the clear
 * @param authWithoutTls whether a password may be sent in the clear
 * @param maxMessageBytes octets of one message's text
 * @param maxHeaderBytes of these, how many may be header
 * @param maxRecipients of one message
 * @param maxErrors after that many faults the connection ends
 */
public record Terms(
    String hostname,
    boolean startTls,
    boolean authWithoutTls,
    long maxMessageBytes,
    int maxHeaderBytes,
    int maxRecipients,
    int maxErrors) {}
