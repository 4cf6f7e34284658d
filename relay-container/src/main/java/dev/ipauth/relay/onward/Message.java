package dev.ipauth.relay.onward;

import dev.ipauth.relay.smtp.MailFrom;
import dev.ipauth.relay.smtp.RcptTo;
import java.util.ArrayList;
import java.util.List;

/**
 * A message's sender, and the recipients that the next hop has accepted: what may be said again.
 */
final class Message {
  private final MailFrom from;
  private final List<RcptTo> accepted = new ArrayList<>();

  Message(MailFrom from) {
    this.from = from;
  }

  MailFrom from() {
    return from;
  }

  List<RcptTo> accepted() {
    return accepted;
  }
}
