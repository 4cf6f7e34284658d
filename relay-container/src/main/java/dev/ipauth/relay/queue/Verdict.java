package dev.ipauth.relay.queue;

import dev.ipauth.relay.smtp.Reply;

/** What the next hop's answer to a command comes to, as it matters to the queue. */
sealed interface Verdict {

  /** What a device hears of it where nothing is kept. */
  Reply reply();

  /** Go on. */
  record Taken(Reply reply) implements Verdict {}

  /** For good, and for the message's own sake: the device hears it. */
  record Refused(Reply reply) implements Verdict {}

  /**
   * Not now: what can be kept is kept.
   *
   * @param ofRecipient whether it is said of one recipient alone, and the others may go on
   */
  record NotNow(Reply reply, boolean ofRecipient) implements Verdict {}

  /**
   * The relay itself holds it back: the next hop wasn't offered it, or not to the end. Kept, and no
   * attempt.
   *
   * @param byPace whether it waits for {@code NEXT_HOP_CONNECTIONS} or {@code NEXT_HOP_PER_MINUTE},
   *     and goes on as soon as there is a place
   */
  record HeldBack(Reply reply, boolean byPace) implements Verdict {}

  /** The next hop refuses the relay itself: kept, and the operator hears of it. */
  record OperatorFault(Reply reply) implements Verdict {}
}
