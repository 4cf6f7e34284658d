package dev.ipauth.relay.smtp;

import dev.ipauth.relay.smtp.Access.AuthenticatedBy;
import dev.ipauth.relay.smtp.Access.Identity;
import dev.ipauth.tables.IpAddress;
import dev.ipauth.tables.SmtpUser;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a session leaves behind for the operator. Whatever came from outside is as it came: whoever
 * writes it down makes it harmless.
 */
public sealed interface Event {

  /**
   * A transaction whose text was read to its end, whatever became of it.
   *
   * @param reason why it was refused; null when it wasn't
   */
  record Message(
      String id,
      String smtpUser,
      String accountId,
      IpAddress ip,
      AuthenticatedBy authenticatedBy,
      String helo,
      @Nullable String tls,
      String mailFrom,
      List<String> recipients,
      long bytes,
      Outcome outcome,
      @Nullable Reason reason,
      Reply reply,
      long millis)
      implements Event {}

  /**
   * Something a device asked for and didn't get.
   *
   * @param id of the transaction, when there was one
   * @param who the SMTP user that it concerns, as far as that is known
   * @param recipients that it concerns
   */
  record Refused(
      Reason reason,
      What what,
      @Nullable String id,
      @Nullable Identity who,
      IpAddress ip,
      String helo,
      @Nullable String tls,
      @Nullable String mailFrom,
      List<String> recipients,
      Reply reply)
      implements Event {

    /** A connection that wasn't even greeted. */
    public static Refused connection(Reason reason, IpAddress from, Reply reply) {
      return new Refused(
          reason, What.CONNECTION, null, null, from, "", null, null, List.of(), reply);
    }
  }

  /** What was refused. The names are part of the log's format. */
  enum What {
    /** Whatever isn't one of the following. */
    CONNECTION,
    AUTH,
    MAIL,
    /** One recipient; others may be accepted. */
    RECIPIENT,
    /** A transaction that ends here, without a line of its own. */
    TRANSACTION,
    /** A transaction whose text was read to its end, which has a line of its own. */
    MESSAGE
  }

  /** What became of a message by the time its device was answered. */
  enum Outcome {
    /** The next hop has it, for all recipients. */
    DELIVERED,
    /** It is kept for one recipient at least. */
    QUEUED,
    REFUSED;

    static Outcome of(String id, Reply reply) {
      if (!reply.isPositive()) {
        return REFUSED;
      }
      return reply.equals(Replies.queued(id)) ? QUEUED : DELIVERED;
    }
  }

  /** Why. The names are part of the log's format. */
  enum Reason {
    NOT_NOMINATED,
    USER_DISABLED,
    SENDER_NOT_ALLOWED,
    SENDER_CHANGED,
    AUTH_REFUSED,
    IP_RESTRICTED,
    AUTH_WITHOUT_TLS,
    TABLES_UNREADABLE,
    TOO_LARGE,
    NO_ROOM,
    LOOP,
    TOO_MANY_RECIPIENTS,
    NO_RECIPIENT,
    /** An address that can't be read, or a wish that can't be met. */
    ENVELOPE,
    TOO_MANY_ERRORS,
    RATE,
    NEXT_HOP,
    FOREIGN_PROTOCOL,
    PROTOCOL,
    IDLE,
    AUTH_TOO_LONG,
    SESSION_TOO_LONG,
    NO_MAIL,
    INPUT_FULL,
    TLS,
    PROXY,
    CONNECTION_LOST
  }

  /** The transaction as its text ended, with the reply that the device gets. */
  static Message message(Peer peer, Transaction transaction, long bytes, Refusal word) {
    Reply reply = word.reply();
    SmtpUser user = transaction.permission.user();
    return new Message(
        transaction.id,
        user.username().text(),
        user.accountId(),
        peer.ip(),
        transaction.permission.by(),
        peer.heloOrNothing(),
        peer.tls(),
        transaction.from.address(),
        List.copyOf(transaction.recipients),
        bytes,
        Outcome.of(transaction.id, reply),
        reply.isPositive() ? null : word.reason(),
        reply,
        transaction.age().toMillis());
  }

  /**
   * A refusal.
   *
   * @param during the transaction under way, if there is one
   * @param asked the sender of the one that isn't begun, if that is what is refused
   * @param who the SMTP user that it concerns, as far as known
   * @param recipients that it concerns
   */
  static Refused refused(
      Peer peer,
      What what,
      @Nullable Transaction during,
      @Nullable MailFrom asked,
      @Nullable Identity who,
      List<String> recipients,
      Refusal refusal) {
    MailFrom from = during == null ? asked : during.from;
    return new Refused(
        refusal.reason(),
        what,
        during == null ? null : during.id,
        who,
        peer.ip(),
        peer.heloOrNothing(),
        peer.tls(),
        from == null ? null : from.address(),
        List.copyOf(recipients),
        refusal.reply());
  }

  /** Takes events; never blocks and never fails. */
  interface Journal {
    void record(Event event);
  }
}
