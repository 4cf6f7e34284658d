/**
 * How the relay meets the operating system: sockets by Linux's epoll where it is to be had, else by
 * the JDK's, which nothing else of the relay knows; file descriptors, and the end of the process.
 */
@NullMarked
package dev.ipauth.relay.transport;

import org.jspecify.annotations.NullMarked;
