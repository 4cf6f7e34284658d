package dev.ipauth.relay.onward;

import dev.ipauth.relay.onward.NextHopEvents.Stage;
import java.util.concurrent.CompletionException;

/** The next hop can't be reached, went away, took too long or made no sense. */
final class NextHopLost extends RuntimeException {
  private static final long serialVersionUID = 1;

  final Stage stage;

  NextHopLost(Stage stage, String why) {
    super(why, null, false, false); // told, not debugged: a stack trace would cost and say nothing
    this.stage = stage;
  }

  /** What a stage failed of. Whatever isn't a loss of its own is one here: the mail can't go on. */
  static NextHopLost of(Throwable failure) {
    Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
    return cause instanceof NextHopLost lost
        ? lost
        : new NextHopLost(Stage.COMMAND, String.valueOf(cause));
  }
}
