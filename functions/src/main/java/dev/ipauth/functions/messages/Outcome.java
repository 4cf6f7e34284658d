package dev.ipauth.functions.messages;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/**
 * What became of a message. A later one in this order takes the place of an earlier one, whichever
 * is heard of first.
 */
public enum Outcome {
  REFUSED(0),
  QUEUED(1),
  DELIVERED(2),
  DROPPED(3),
  BOUNCED(4);

  private final int rank;

  Outcome(int rank) {
    this.rank = rank;
  }

  /** Higher is later. */
  int rank() {
    return rank;
  }

  /** As the API and the lines write it. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Empty when there is none of this name. */
  public static Optional<Outcome> of(String word) {
    return Arrays.stream(values()).filter(outcome -> outcome.word().equals(word)).findFirst();
  }
}
