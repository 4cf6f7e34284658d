/**
 * The sockets of the relay, on Netty: listens, speaks TLS, and performs the steps of the
 * conversation. {@link dev.ipauth.relay.wire.SmtpConnection} is the one handler of a connection and
 * the only place that reads from a device: it reads nothing more until the {@code Session} has said
 * what it expects, so no octet is ever taken for something else than it is.
 *
 * <p>Everything of one connection runs on one event loop, and nothing blocks it. Start reading at
 * {@code SmtpConnection}.
 */
@NullMarked
package dev.ipauth.relay.wire;

import org.jspecify.annotations.NullMarked;
