package dev.ipauth.relay.queue;

import dev.ipauth.relay.onward.Failure;
import dev.ipauth.relay.smtp.Reply;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads what a next hop says as the queue needs it: whether it is for good, for whom, and whose
 * fault it is.
 *
 * @param operatorFaults enhanced codes ({@code NEXT_HOP_OPERATOR_FAULTS}) that speak of the relay
 *     and not of the message
 */
record Answers(Set<String> operatorFaults) {
  private static final Pattern ENHANCED = Pattern.compile("([245]\\.\\d{1,3}\\.\\d{1,3})\\b.*");

  Answers {
    operatorFaults = Set.copyOf(operatorFaults);
  }

  /**
   * @param reply what a device would hear
   * @param failure why it isn't what was hoped for, null when it is; only a reply that says so,
   *     too, counts as taken, since what counts as taken is forgotten here
   */
  Verdict of(Reply reply, @Nullable Failure failure) {
    if (failure == null) {
      return reply.code() < 400 ? new Verdict.Taken(reply) : new Verdict.NotNow(reply, false);
    }
    return switch (failure.kind()) {
      case OPERATOR -> new Verdict.OperatorFault(reply);
      case REFUSED_FOR_GOOD ->
          isOperatorFault(reply) ? new Verdict.OperatorFault(reply) : new Verdict.Refused(reply);
      case REFUSED_FOR_NOW ->
          isOperatorFault(reply)
              ? new Verdict.OperatorFault(reply)
              : new Verdict.NotNow(reply, isOfRecipient(reply, failure));
      case UNREACHABLE, CLOSED, TIMED_OUT, NONSENSE -> new Verdict.NotNow(reply, false);
      case PACED -> new Verdict.HeldBack(reply, true);
      case NO_ROOM, ABANDONED -> new Verdict.HeldBack(reply, false);
    };
  }

  /** With 421 the next hop closes, whomever it said it of. */
  private static boolean isOfRecipient(Reply reply, Failure failure) {
    return failure.stage() == Failure.Stage.RCPT && reply.code() != 421;
  }

  private boolean isOperatorFault(Reply reply) {
    Matcher enhanced = ENHANCED.matcher(reply.lines().getFirst());
    return enhanced.matches() && operatorFaults.contains(enhanced.group(1));
  }
}
