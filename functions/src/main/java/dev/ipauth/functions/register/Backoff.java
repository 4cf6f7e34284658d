package dev.ipauth.functions.register;

import dev.ipauth.functions.caller.Deadline;
import dev.ipauth.functions.dependency.TablesUnavailable;

/** The pauses between tries, until it is too late for another. */
final class Backoff {
  private static final int LONGEST_PAUSE_MILLIS = 800;

  private final Deadline deadline;
  private final Pauses pauses = new Pauses(LONGEST_PAUSE_MILLIS);

  Backoff(Deadline deadline) {
    this.deadline = deadline;
  }

  /**
   * Waits, unless it is too late for another try.
   *
   * @return false when the deadline is over
   * @throws TablesUnavailable when the process is stopping
   */
  boolean pause() {
    if (deadline.isOver()) {
      return false;
    }
    try {
      pauses.pause();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new TablesUnavailable("The process is stopping", e);
    }
    return true;
  }
}
