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

  /** A transaction whose text was read to its end, whatever became of it. */
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
      Reply reply,
      long millis)
      implements Event {}

  /**
   * Something a device asked for and didn't get.
   *
   * @param id of the transaction, when there was one
   * @param smtpUser when one was identified by its address or its right password
   * @param accountId its account
   */
  record Refused(
      Reason reason,
      @Nullable String id,
      @Nullable String smtpUser,
      @Nullable String accountId,
      IpAddress ip,
      String helo,
      @Nullable String tls,
      @Nullable String mailFrom,
      Reply reply)
      implements Event {

    /** A connection that wasn't even greeted. */
    public static Refused connection(Reason reason, IpAddress from, Reply reply) {
      return new Refused(reason, null, null, null, from, "", null, null, reply);
    }
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
    AUTH_WITHOUT_TLS,
    TABLES_UNREADABLE,
    TOO_LARGE,
    NO_ROOM,
    LOOP,
    TOO_MANY_RECIPIENTS,
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
  static Message message(Peer peer, Transaction transaction, long bytes, Reply reply) {
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
        reply,
        transaction.age().toMillis());
  }

  /**
   * A refusal.
   *
   * @param during the transaction under way, if there is one
   * @param asked the sender of the one that isn't begun, if that is what is refused
   * @param who the SMTP user that it concerns, as far as known
   */
  static Refused refused(
      Peer peer,
      @Nullable Transaction during,
      @Nullable MailFrom asked,
      @Nullable Identity who,
      Refusal refusal) {
    MailFrom from = during == null ? asked : during.from;
    return new Refused(
        refusal.reason(),
        during == null ? null : during.id,
        who == null ? null : who.username().text(),
        who == null ? null : who.accountId(),
        peer.ip(),
        peer.heloOrNothing(),
        peer.tls(),
        from == null ? null : from.address(),
        refusal.reply());
  }

  /** Takes events; never blocks and never fails. */
  interface Journal {
    void record(Event event);
  }
}
