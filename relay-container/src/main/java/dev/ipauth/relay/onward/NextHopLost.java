package dev.ipauth.relay.onward;

/** The next hop can't be reached, went away, took too long or made no sense. */
final class NextHopLost extends RuntimeException {
  private static final long serialVersionUID = 1;

  final NextHopEvents.Stage stage;

  NextHopLost(NextHopEvents.Stage stage, String why) {
    super(why, null, false, false); // told, not debugged: a stack trace would cost and say nothing
    this.stage = stage;
  }
}
