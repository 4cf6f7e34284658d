package dev.ipauth.relay.onward;

import dev.ipauth.relay.smtp.Reply;
import java.util.concurrent.CompletableFuture;

/**
 * How far a delivery has come with the message under way; each has its own way out. Between {@link
 * Connecting} and {@link Text} it is the {@link Envelope} that is being said.
 */
sealed interface Progress
    permits Progress.Idle,
        Progress.Connecting,
        Envelope,
        Progress.Text,
        Progress.AwaitingFinal,
        Progress.GivenUp {

  /** No message is under way. */
  record Idle() implements Progress {}

  /** The sender is known; a connection isn't there yet. */
  record Connecting(Message message) implements Progress {}

  /**
   * The next hop has asked for the text.
   *
   * @param outcome its last word, which may come before the text has ended
   */
  record Text(NextHopConnection hop, CompletableFuture<Reply> outcome) implements Progress {

    boolean isWanted() {
      return !outcome.isDone();
    }
  }

  /** The final dot was sent: the message may be the next hop's by now. */
  record AwaitingFinal(FinalDot dot) implements Progress {}

  /** It can't go on; whatever is asked of it has this answer. */
  record GivenUp(Failure failure) implements Progress {}
}
