package dev.ipauth.relay.smtp;

import dev.ipauth.relay.smtp.Access.Identity;
import dev.ipauth.relay.smtp.Access.Login;
import dev.ipauth.relay.smtp.Event.Reason;
import dev.ipauth.relay.smtp.Step.HangUp;
import dev.ipauth.relay.smtp.Step.Say;
import dev.ipauth.tables.IpAddress;
import org.jspecify.annotations.Nullable;

/**
 * What is known of one connection: the other end, whom it authenticated as, the transaction under
 * way, and how often it asked for what it didn't get. Whatever is refused is recorded here, with
 * whom it concerns.
 */
final class SessionState {
  private final Event.Journal journal;
  private int errors;
  Peer peer;
  @Nullable Login login;
  @Nullable Transaction transaction;

  SessionState(Event.Journal journal, IpAddress client) {
    this.journal = journal;
    this.peer = Peer.connected(client, null);
  }

  int errors() {
    return errors;
  }

  void countError() {
    errors++;
  }

  /** The device's own fault. */
  Say fault(Reply reply) {
    errors++;
    return new Say(reply);
  }

  /** What the relay's rules don't allow. */
  Say refuse(Reason reason, Reply reply) {
    return refuse(null, null, new Refusal(reason, reply));
  }

  /**
   * Likewise.
   *
   * @param asked the sender of a message that isn't begun
   * @param who the SMTP user that it concerns, when that isn't the transaction's or the login's
   */
  Say refuse(@Nullable MailFrom asked, @Nullable Identity who, Refusal refusal) {
    errors += refusal.isAnError() ? 1 : 0;
    journal.record(Event.refused(peer, transaction, asked, who == null ? known() : who, refusal));
    return new Say(refusal.reply());
  }

  /** What the next hop refuses: no fault of the device's. */
  Say passOn(Reply reply) {
    return refuse(Reason.NEXT_HOP, reply);
  }

  /** Ends the connection, and with it a message: that is said once. */
  HangUp hangUp(Reason reason, Reply reply) {
    Say refusal = refuse(reason, reply);
    transaction = null;
    return new HangUp(refusal.reply());
  }

  void record(Event event) {
    journal.record(event);
  }

  private @Nullable Identity known() {
    if (transaction != null) {
      return Identity.of(transaction.permission.user());
    }
    return login == null ? null : login.identity();
  }
}
