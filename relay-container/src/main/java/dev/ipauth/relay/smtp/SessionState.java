package dev.ipauth.relay.smtp;

import static java.util.Objects.requireNonNull;

import dev.ipauth.relay.smtp.Access.Identity;
import dev.ipauth.relay.smtp.Access.Login;
import dev.ipauth.relay.smtp.Event.Reason;
import dev.ipauth.relay.smtp.Event.What;
import dev.ipauth.relay.smtp.Step.HangUp;
import dev.ipauth.relay.smtp.Step.Say;
import dev.ipauth.tables.IpAddress;
import java.util.List;
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

  /**
   * A command that can't be read. Of an envelope's that is told, where one can stand: somebody
   * typed that address, and is to find out why no mail comes. Elsewhere it would be told of a
   * message that it is no part of.
   */
  Say malformed(What what, Reply reply) {
    var refusal = new Refusal(Reason.ENVELOPE, reply);
    return switch (what) {
      case MAIL -> isMailNext() ? refuse(what, null, null, refusal) : fault(reply);
      case RECIPIENT -> isRecipientNext() ? refuseRecipient(null, refusal) : fault(reply);
      case CONNECTION, AUTH, TRANSACTION, MESSAGE -> fault(reply);
    };
  }

  private boolean isMailNext() {
    return peer.helo() != null && transaction == null;
  }

  private boolean isRecipientNext() {
    return transaction != null && transaction.chunks == null;
  }

  /** The command isn't granted. */
  Say refuse(What what, Reason reason, Reply reply) {
    return refuse(what, null, null, new Refusal(reason, reply));
  }

  /**
   * Likewise.
   *
   * @param asked the sender of a message that isn't begun
   * @param who the SMTP user that it concerns, when that isn't the transaction's or the login's
   */
  Say refuse(What what, @Nullable MailFrom asked, @Nullable Identity who, Refusal refusal) {
    return refuse(what, asked, who, recipients(what), refusal);
  }

  /**
   * A recipient isn't accepted; others may be.
   *
   * @param recipient null when it can't be read
   */
  Say refuseRecipient(@Nullable String recipient, Refusal refusal) {
    if (transaction != null) {
      transaction.refused(recipient, refusal.reply());
    }
    List<String> told = recipient == null ? List.of() : List.of(recipient);
    return refuse(What.RECIPIENT, null, null, told, refusal);
  }

  private Say refuse(
      What what,
      @Nullable MailFrom asked,
      @Nullable Identity who,
      List<String> recipients,
      Refusal refusal) {
    errors += refusal.isAnError() ? 1 : 0;
    Identity whose = who == null ? known() : who;
    journal.record(Event.refused(peer, what, transaction, asked, whose, recipients, refusal));
    if (transaction != null) {
      transaction.told |= what == What.TRANSACTION;
    }
    return new Say(refusal.reply());
  }

  private List<String> recipients(What what) {
    return transaction != null && what == What.TRANSACTION ? transaction.recipients : List.of();
  }

  /** What stops a conversation: a transaction with it, where there is one. */
  private What whatIsUnderWay() {
    return transaction == null ? What.CONNECTION : What.TRANSACTION;
  }

  /** Forgets the transaction, if there is one, and gives back what it held. */
  void endTransaction() {
    if (transaction != null) {
      tellOfRefusedRecipients(transaction);
      transaction.release();
      transaction = null;
    }
  }

  /**
   * Where nothing has told of a transaction yet that no recipient was accepted for, that is told.
   */
  private void tellOfRefusedRecipients(Transaction transaction) {
    if (!transaction.told && transaction.isWithoutRecipient()) {
      transaction.told = true;
      var refusal = new Refusal(Reason.NO_RECIPIENT, requireNonNull(transaction.refusal));
      journal.record(
          Event.refused(
              peer, What.TRANSACTION, transaction, null, known(), transaction.refused, refusal));
    }
  }

  /** The next hop, or the relay on the way to it, refuses the message. */
  Say passOn(Reply reply) {
    return refuse(What.TRANSACTION, null, null, Refusal.ofHandingOn(reply));
  }

  /** Ends the connection, and with it a message: that is said once. */
  HangUp hangUp(Reason reason, Reply reply) {
    return new HangUp(refuse(whatIsUnderWay(), reason, reply).reply());
  }

  /** The text was read to its end. */
  void record(Event.Message message) {
    if (transaction != null) {
      transaction.told = true;
    }
    journal.record(message);
  }

  private @Nullable Identity known() {
    if (transaction != null) {
      return transaction.identity();
    }
    return login == null ? null : login.identity();
  }
}
