package dev.ipauth.relay.smtp;

import java.util.Set;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * The way of one device's messages to the next hop, one message after another. Every reply is the
 * next hop's own, or {@link Replies#NEXT_HOP_FAILED} when it couldn't be reached or made no sense;
 * a stage never completes exceptionally, and completes on the thread that drives the session.
 *
 * <p>For each message: {@link #begin}, {@link #recipient} once or more, {@link #data}, then the
 * text (which goes past the session), and {@link #finish}. {@link #abandon} at any time instead.
 */
public interface NextHop {

  /** What a next hop may offer that changes what the relay offers. */
  enum Extension {
    SMTPUTF8,
    DSN
  }

  /** What the next hop is known to offer; null until it was first reached. */
  @Nullable Set<Extension> extensions();

  /** What the relay does itself, whether or not the next hop offers it. */
  default Set<Extension> ofTheRelay() {
    return Set.of();
  }

  /**
   * Begins a message. Nothing need go over before the first recipient: a positive answer need not
   * be the next hop's.
   */
  CompletionStage<Reply> begin(Submission message);

  /** Offers a recipient. What the next hop says against the sender comes as the answer here. */
  CompletionStage<Reply> recipient(RcptTo to);

  /** Asks to begin the text: 354, or what the next hop says against it. */
  CompletionStage<Reply> data();

  /**
   * Ends the text that began with a 354: the next hop's final word on the message. It is awaited
   * even when the device is gone by then.
   */
  CompletionStage<Reply> finish();

  /**
   * Forgets the message, if there is one. When its text has begun, the connection is dropped
   * without an end of data, so that the next hop can't take a part for the whole.
   */
  void abandon();
}
