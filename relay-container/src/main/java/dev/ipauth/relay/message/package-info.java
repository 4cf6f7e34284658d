/**
 * A message's text on its way from the device to the next hop, in three stages: {@link
 * dev.ipauth.relay.message.Decoder} makes canonical text of what came on the wire, without the dots
 * of stuffing; {@link dev.ipauth.relay.message.HeaderReader} holds the header until it is whole,
 * and has it judged; {@link dev.ipauth.relay.message.Encoder} stuffs dots again, on the way out. So
 * what is judged is what the next hop's reader will see.
 *
 * <p>Of a message only its header is ever held, within a {@link
 * dev.ipauth.relay.message.HeaderBudget} that all messages share. The rest passes through as pieces
 * of the buffers that were read.
 *
 * <p>Start reading at {@link dev.ipauth.relay.message.MessageText}. Nothing here knows SMTP's
 * commands and replies, Netty, or threads.
 */
@NullMarked
package dev.ipauth.relay.message;

import org.jspecify.annotations.NullMarked;
