package dev.ipauth.relay.queue;

import java.time.Instant;
import java.util.List;

/**
 * What one attempt came to.
 *
 * @param recipients one for each recipient that was still waiting, in their order
 * @param reply the next hop's last word in one line, or why there was none
 * @param operatorFault whether the next hop refused the relay itself, and not the message
 * @param reportsDeliveries whether the next hop offers DSN where it took the message, and so takes
 *     over what was asked of it
 * @param began when the attempt began
 */
record AttemptResult(
    List<ForRecipient> recipients,
    String reply,
    boolean operatorFault,
    boolean reportsDeliveries,
    Instant began) {

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

  /** Whether the next hop has taken the message for any recipient. */
  boolean hasDelivered() {
    return recipients.stream().anyMatch(ForRecipient.Delivered.class::isInstance);
  }
}
