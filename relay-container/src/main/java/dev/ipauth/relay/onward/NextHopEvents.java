package dev.ipauth.relay.onward;

/** What the operator counts; each call is quick and never fails. */
public interface NextHopEvents {

  /** Where a connection to the next hop failed. */
  enum Stage {
    CONNECT,
    GREETING,
    TLS,
    AUTH,
    COMMAND,
    TEXT,
    FINAL_DOT
  }

  /** A connection was opened and is ready for mail. */
  void opened();

  /** A kept connection carries another message. */
  void reused();

  /** A kept connection was dead and a new one took its place, unseen by the device. */
  void replaced();

  /**
   * A connection failed.
   *
   * @param why for the log; may hold the next hop's own words
   */
  void failed(Stage stage, String why);

  /** The final dot was sent and no reply came: the message may be delivered twice (RFC 1047). */
  void ambiguous();
}
