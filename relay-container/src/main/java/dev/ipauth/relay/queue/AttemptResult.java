package dev.ipauth.relay.queue;

import dev.ipauth.relay.smtp.Reply;
import java.time.Instant;
import java.util.List;

/**
 * What one attempt came to.
 *
 * @param recipients one for each recipient that was still waiting, in their order
 * @param reply the next hop's last word in one line, or why there was none
 * @param ended how it ended
 * @param reportsDeliveries whether the next hop offers DSN where it took the message, and so takes
 *     over what was asked of it
 * @param began when the attempt began
 */
record AttemptResult(
    List<ForRecipient> recipients,
    String reply,
    Ended ended,
    boolean reportsDeliveries,
    Instant began) {

  /** How an attempt ended, as it matters beside what became of each recipient. */
  enum Ended {
    /** With the next hop's word, or without one that it owed. */
    BY_NEXT_HOP,
    /** It refused the relay itself: kept for as long as that lasts. */
    BY_OPERATOR_FAULT,
    /** By the relay itself: no attempt, unless the next hop had decided about a recipient. */
    HELD_BACK,
    /** By the relay's own pace: no attempt either, and due at once. */
    HELD_BACK_BY_PACE;

    static Ended with(Verdict verdict) {
      return switch (verdict) {
        case Verdict.Taken _, Verdict.Refused _, Verdict.NotNow _ -> BY_NEXT_HOP;
        case Verdict.OperatorFault _ -> BY_OPERATOR_FAULT;
        case Verdict.HeldBack(Reply _, boolean byPace) -> byPace ? HELD_BACK_BY_PACE : HELD_BACK;
      };
    }

    /** Whether the relay itself ended it. */
    boolean isHeldBack() {
      return this == HELD_BACK || this == HELD_BACK_BY_PACE;
    }
  }

  /** What became of one recipient. */
  sealed interface ForRecipient {
    /** In one line. */
    String reply();

    record Delivered(String reply) implements ForRecipient {}

    record RefusedForGood(String reply) implements ForRecipient {}

    record NotNow(String reply) implements ForRecipient {}
  }

  AttemptResult {
    recipients = List.copyOf(recipients);
  }

  /**
   * Whether it counts as an attempt, and is told of as one: what the relay holds back before the
   * next hop has decided about any recipient doesn't.
   */
  boolean isAttempt() {
    return !ended.isHeldBack()
        || recipients.stream().anyMatch(one -> !(one instanceof ForRecipient.NotNow));
  }

  /** Whether the next hop refused the relay itself, and not the message. */
  boolean operatorFault() {
    return ended == Ended.BY_OPERATOR_FAULT;
  }

  /** Whether the next hop has taken the message for any recipient. */
  boolean hasDelivered() {
    return recipients.stream().anyMatch(ForRecipient.Delivered.class::isInstance);
  }
}
