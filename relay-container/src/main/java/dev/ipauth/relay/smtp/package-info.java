/**
 * The conversation with a device (RFC 5321), as a core without IO: {@link
 * dev.ipauth.relay.smtp.Session} takes one {@link dev.ipauth.relay.smtp.Command} and answers with
 * one {@link dev.ipauth.relay.smtp.Step}; whoever holds the socket performs it. Nothing here knows
 * Netty, threads or time, so every dialogue can be run from a text file.
 *
 * <p>What it asks of the rest of the relay stands in two interfaces: {@link
 * dev.ipauth.relay.smtp.Access} (who may send) and {@link dev.ipauth.relay.smtp.NextHop} (handing
 * on). The message itself doesn't pass through the session but through {@link
 * dev.ipauth.relay.message.MessageText}, which finds its end and judges its header.
 *
 * <p>Start reading at {@code Session}; what it knows of a connection is in {@code SessionState}.
 */
@NullMarked
package dev.ipauth.relay.smtp;

import org.jspecify.annotations.NullMarked;
