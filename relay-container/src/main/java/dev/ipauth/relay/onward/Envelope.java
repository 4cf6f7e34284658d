package dev.ipauth.relay.onward;

import dev.ipauth.relay.smtp.MailFrom;
import dev.ipauth.relay.smtp.RcptTo;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** The envelope of one message, as far as the next hop has taken it. */
final class Envelope {
  private final MailFrom from;
  private final List<RcptTo> accepted = new ArrayList<>();

  /** Whether the connection in use has taken MAIL. */
  boolean mailAccepted;

  Envelope(MailFrom from) {
    this.from = from;
  }

  /** The recipients that a device was told 250 for. */
  List<RcptTo> accepted() {
    return accepted;
  }

  boolean needsUtf8() {
    return from.utf8();
  }

  /**
   * MAIL, with those of its parameters that this server knows.
   *
   * @param keywords of its EHLO
   */
  String mail(Set<String> keywords) {
    var line = new StringBuilder("MAIL FROM:<").append(from.address()).append('>');
    if (from.size() >= 0 && keywords.contains("SIZE")) {
      line.append(" SIZE=").append(from.size());
    }
    if (from.eightBit() && keywords.contains("8BITMIME")) {
      line.append(" BODY=8BITMIME");
    }
    if (from.utf8()) {
      line.append(" SMTPUTF8");
    }
    if (from.ret() != null && keywords.contains("DSN")) {
      line.append(" RET=").append(from.ret());
    }
    if (from.envid() != null && keywords.contains("DSN")) {
      line.append(" ENVID=").append(from.envid());
    }
    return line.toString();
  }

  /** RCPT, likewise. */
  static String rcpt(RcptTo to, Set<String> keywords) {
    var line = new StringBuilder("RCPT TO:<").append(to.address()).append('>');
    if (to.notifyOn() != null && keywords.contains("DSN")) {
      line.append(" NOTIFY=").append(to.notifyOn());
    }
    if (to.orcpt() != null && keywords.contains("DSN")) {
      line.append(" ORCPT=").append(to.orcpt());
    }
    return line.toString();
  }
}
