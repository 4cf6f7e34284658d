package dev.ipauth.relay.queue;

import dev.ipauth.relay.smtp.Reply;

/** What the next hop made of a command, as it matters to the queue. */
sealed interface Answer {

  /** What a device hears of it where nothing is kept. */
  Reply reply();

  /** Go on. */
  record Taken(Reply reply) implements Answer {}

  /** For good, and for the message's own sake: the device hears it. */
  record Refused(Reply reply) implements Answer {}

  /**
   * Not now: what can be kept is kept.
   *
   * @param ofRecipient whether it is said of one recipient alone, and the others may go on
   */
  record NotNow(Reply reply, boolean ofRecipient) implements Answer {}

  /** The next hop refuses the relay itself: kept, and the operator hears of it. */
  record OperatorFault(Reply reply) implements Answer {}
}
