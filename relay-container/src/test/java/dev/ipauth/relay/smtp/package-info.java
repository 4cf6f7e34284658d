/** The conversation's parts, without a socket. Whole dialogues are in the tests of {@code wire}. */
@NullMarked
package dev.ipauth.relay.smtp;

import org.jspecify.annotations.NullMarked;
