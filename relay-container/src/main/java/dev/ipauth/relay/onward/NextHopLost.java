package dev.ipauth.relay.onward;

import dev.ipauth.relay.onward.Failure.Kind;
import dev.ipauth.relay.onward.Failure.Stage;
import dev.ipauth.relay.smtp.Reply;
import java.util.concurrent.CompletionException;

/** The next hop can't be reached, went away, took too long or made no sense. */
class NextHopLost extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final transient Failure failure;

  NextHopLost(Failure failure) {
    // Told, not debugged: a stack trace would cost and say nothing.
    super(failure.why(), null, false, false);
    this.failure = failure;
  }

  NextHopLost(Stage stage, Kind kind, String why) {
    this(new Failure(stage, kind, why));
  }

  NextHopLost(Stage stage, Kind kind, String why, Reply heard) {
    this(new Failure(stage, kind, why, heard));
  }

  Failure failure() {
    return failure;
  }

  Stage stage() {
    return failure.stage();
  }

  /** What a stage failed of. Whatever isn't a loss of its own is one here: the mail can't go on. */
  static NextHopLost of(Stage stage, Throwable failure) {
    Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
    return cause instanceof NextHopLost lost
        ? lost
        : new NextHopLost(stage, Kind.NONSENSE, String.valueOf(cause));
  }
}
