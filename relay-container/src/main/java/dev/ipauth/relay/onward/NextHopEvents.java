package dev.ipauth.relay.onward;

/** What the operator counts; each call is quick and never fails. */
public interface NextHopEvents {

  /** A connection was opened and is ready for mail. */
  void opened();

  /** A kept connection carries another message. */
  void reused();

  /** A kept connection was dead and a new one took its place, unseen by the device. */
  void replaced();

  /** The next hop had the last word on a message, whatever it was. */
  void answered();

  /** A message can't go on, or a connection to the next hop can't be had. */
  void failed(Failure failure);

  /** The final dot was sent and no reply came: the message may be delivered twice (RFC 1047). */
  void ambiguous();

  /**
   * A final dot isn't answered in time, or no answer will come: once for each. Whoever counts
   * messages needs {@link #ambiguous} alone.
   */
  default void unanswered() {}
}
