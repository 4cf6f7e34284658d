/**
 * The relay: takes mail from devices and applications, and hands it to the next hop.
 *
 * <p>Four rooms, each with its own {@code package-info}: {@code smtp} is the conversation, without
 * IO; {@code wire} holds the sockets and performs what the conversation says; {@code access} knows
 * who may send; {@code onward} is the way to the next hop. {@link dev.ipauth.relay.Relay} puts them
 * together, and {@link dev.ipauth.relay.Main} starts it.
 */
@NullMarked
package dev.ipauth.relay;

import org.jspecify.annotations.NullMarked;
