package dev.ipauth.relay.limits;

import dev.ipauth.relay.smtp.Reply;

/** A limit that can be reached, with what the device is told then. The names are metric labels. */
public enum Limit {
  CONNECTIONS(421, "4.3.2 Too many connections, try again later"),
  CONNECTIONS_PER_ADDRESS(421, "4.7.0 Too many connections from your address, try again later"),
  CONNECTIONS_PER_MINUTE(421, "4.7.0 Too many new connections from your address, slow down"),
  CONNECTIONS_PER_ACCOUNT(
      450, "4.7.1 Too many connections of your account at once, try again later"),
  MESSAGES_PER_MINUTE_PER_ADDRESS(450, "4.7.1 Too many messages from your address, slow down"),
  MESSAGES_PER_MINUTE_PER_USER(450, "4.7.1 Too many messages of this SMTP user, slow down"),
  // Not 535: a device that is told so gives up for good.
  AUTH_FAILURES(454, "4.7.0 Too many failed authentications from your address, try again later");

  private final int code;
  private final String text;

  Limit(int code, String text) {
    this.code = code;
    this.text = text;
  }

  public Reply reply() {
    return Reply.of(code, text);
  }
}
