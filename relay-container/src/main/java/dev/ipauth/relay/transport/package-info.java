/**
 * How the relay's sockets meet the operating system: Linux's epoll where it is to be had, else the
 * JDK's. Nothing else of the relay knows which.
 */
@NullMarked
package dev.ipauth.relay.transport;

import org.jspecify.annotations.NullMarked;
