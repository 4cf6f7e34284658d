package dev.ipauth.relay.onward;

import dev.ipauth.relay.smtp.MailFrom;
import dev.ipauth.relay.smtp.RcptTo;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A message's sender, and the recipients that the next hop has accepted: what may be said again.
 */
final class Message {
  private final MailFrom from;
  private final @Nullable String account;
  private final List<RcptTo> accepted = new ArrayList<>();

  /**
   * Nobody is to get it yet.
   *
   * @param account whose it is, null when it is the relay's own
   */
  Message(MailFrom from, @Nullable String account) {
    this.from = from;
    this.account = account;
  }

  @Nullable String account() {
    return account;
  }

  MailFrom from() {
    return from;
  }

  List<RcptTo> accepted() {
    return accepted;
  }
}
