/**
 * Handing mail on to the next hop: the client's side of SMTP. {@link
 * dev.ipauth.relay.onward.Delivery} is the way of one device's messages, one after another. {@code
 * SmtpDelivery} is the one by SMTP: it borrows a {@code NextHopConnection} from the {@code
 * ConnectionPool} of its event loop for each message, and gives it back; the {@code Connector}
 * opens new ones, and the {@code Handshake} makes them ready for mail. How far a message has come
 * is its {@code Progress}; why it can't go on is a {@link dev.ipauth.relay.onward.Failure}.
 *
 * <p>Everything of a message runs on the event loop of the device's connection: no locks, no hops
 * between threads. A device is told 250 only when the next hop said 250. A kept connection that
 * proves dead before any text went over it is replaced; after that nothing is tried twice. What
 * waits to be taken is bounded for all connections together ({@code Backlog}).
 *
 * <p>Start reading at {@code SmtpDelivery}.
 */
@NullMarked
package dev.ipauth.relay.onward;

import org.jspecify.annotations.NullMarked;
