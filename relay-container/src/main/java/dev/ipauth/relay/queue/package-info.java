/**
 * What is kept until it is delivered: messages that were answered 250 and that the next hop
 * couldn't take yet.
 *
 * <p>A text in a folder or in S3 ({@link dev.ipauth.relay.queue.Texts}), then a row in the table
 * {@code Queue} ({@link dev.ipauth.relay.queue.QueueTable}). The row is the truth: a message exists
 * when its row does, and every move of it is a write under a condition on its version. Of two
 * relays, or a relay and an operator's command, one is first and the other finds out.
 */
@NullMarked
package dev.ipauth.relay.queue;

import org.jspecify.annotations.NullMarked;
