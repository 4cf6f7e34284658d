/**
 * Handing mail on to the next hop: the client's side of SMTP. {@link
 * dev.ipauth.relay.onward.Delivery} is the way of one device's messages, one after another. {@code
 * SmtpDelivery} borrows a {@code NextHopConnection} from the {@code ConnectionPool} of its event
 * loop for each, and gives it back; the {@code Connector} opens new ones.
 *
 * <p>Everything of a message runs on the event loop of the device's connection: no locks, no hops
 * between threads. A device is told 250 only when the next hop said 250. A kept connection that
 * proves dead before any text went over it is replaced; after that nothing is tried twice.
 *
 * <p>Start reading at {@code SmtpDelivery}.
 */
@NullMarked
package dev.ipauth.relay.onward;

import org.jspecify.annotations.NullMarked;
