package dev.ipauth.tables;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A row of {@code Queue}: a message that was accepted with 250 and isn't at the next hop yet. The
 * row is the truth about it; the text is kept elsewhere, under the same id.
 *
 * @param id the transaction's, as in the log and in {@code Received:}
 * @param accountId the account that the SMTP user was of when the message was taken
 * @param smtpUser the SMTP user's name; null for a report of the relay's own
 * @param recipients all of them that were accepted, in their order; never empty
 * @param reportTo who hears that it can't be delivered, decided when it was taken; null is nobody
 * @param acceptedAt when the 250 became true, to the millisecond; of a digest, when its hour ends
 * @param version raised by every move, and the condition of the next
 * @param mark what takes it out of its turn
 */
public record QueuedMessage(
    String id,
    @Nullable String accountId,
    @Nullable String smtpUser,
    Sender sender,
    List<Recipient> recipients,
    Text text,
    @Nullable String reportTo,
    Instant acceptedAt,
    Progress progress,
    long version,
    Mark mark) {

  public QueuedMessage {
    recipients = List.copyOf(recipients);
  }

  /**
   * The sender, and the parameters of its {@code MAIL} as they came.
   *
   * @param address empty is the null sender
   * @param ret {@code RET=} (RFC 3461), null when not given
   * @param envid {@code ENVID=} (RFC 3461) in xtext, null when not given
   */
  public record Sender(
      String address,
      boolean eightBit,
      boolean utf8,
      @Nullable String ret,
      @Nullable String envid) {}

  /**
   * A recipient and what became of it.
   *
   * @param notifyOn {@code NOTIFY=} as it came, null when not given
   * @param orcpt {@code ORCPT=} as it came, null when not given
   * @param reply what was said of it last, null when nothing was
   */
  public record Recipient(
      String address,
      @Nullable String notifyOn,
      @Nullable String orcpt,
      State state,
      @Nullable String reply) {

    /** How it stands with a recipient. */
    public enum State {
      /** Still to be delivered to. */
      WAITING,
      /** At the next hop. */
      DELIVERED,
      /** Refused for good or given up, and whoever is to hear of it was told. */
      BOUNCED
    }

    public Recipient now(State next, @Nullable String said) {
      return new Recipient(address, notifyOn, orcpt, next, said);
    }

    /** Whether its address isn't ASCII, so that it needs {@code SMTPUTF8} (RFC 6531). */
    boolean isInternational() {
      return address.chars().anyMatch(c -> c > '~');
    }

    public boolean isWaiting() {
      return state == State.WAITING;
    }
  }

  /**
   * What is kept under the id in {@code QUEUE_TEXTS}; or a digest of reports, whose text is made of
   * what its row has.
   *
   * @param bytes its length; of a digest, at most
   * @param crc32c of all of them: a text that has another is damaged; 0 for a digest
   * @param digest an entry for each report that it stands for; empty for all other messages
   */
  public record Text(long bytes, int crc32c, List<String> digest) {
    public Text {
      digest = List.copyOf(digest);
    }

    /** A text that is kept. */
    public Text(long bytes, int crc32c) {
      this(bytes, crc32c, List.of());
    }

    /** Whether it is made of its entries. */
    public boolean isDigest() {
      return !digest.isEmpty();
    }
  }

  /**
   * How far it has come.
   *
   * @param attempts that were made, the one while the device waited included
   * @param due when it may next be taken up; while it is leased, when the lease ends
   * @param lease who is at it, null when nobody is
   * @param lastReply what the last attempt came to, null before the first
   * @param delayReported whether the sender was told that it takes long
   */
  public record Progress(
      int attempts,
      Instant due,
      @Nullable Lease lease,
      @Nullable String lastReply,
      boolean delayReported) {

    /** The same, for one relay to make an attempt. */
    public Progress leased(Lease to) {
      return new Progress(attempts, to.until(), to, lastReply, delayReported);
    }

    /** The same, due at this time and leased by nobody. */
    public Progress dueAt(Instant next) {
      return new Progress(attempts, next, null, lastReply, delayReported);
    }
  }

  /**
   * One relay's right to make an attempt.
   *
   * @param holder tells one attempt from all others
   */
  public record Lease(String holder, Instant until) {}

  /**
   * What takes a message out of its turn; a move takes it off.
   *
   * @param droppedBy who gave it up, {@code operator} or {@code account}, or {@code relay} when it
   *     was never accepted; it is as good as gone
   * @param setAside why it can't be used; it isn't tried until somebody says so
   */
  public record Mark(@Nullable String droppedBy, @Nullable String setAside) {
    public static final Mark NONE = new Mark(null, null);

    static final String RELAY = "relay";

    /** Whether it was never accepted, so that nobody is to hear of its end. */
    public boolean isTakenBack() {
      return RELAY.equals(droppedBy);
    }
  }

  /**
   * Whether this is what has become of a message that was put, in the hands of whoever delivers it.
   * A digest isn't told by this: two relays may put the same one, each with entries of its own.
   */
  public boolean isLaterStateOf(QueuedMessage put) {
    return id.equals(put.id)
        && version > put.version
        && !mark.isTakenBack()
        && sender.equals(put.sender)
        && text.equals(put.text)
        && !text.isDigest()
        && acceptedAt.toEpochMilli() == put.acceptedAt.toEpochMilli();
  }

  /** The recipients still to be delivered to. */
  public List<Recipient> waiting() {
    return recipients.stream().filter(Recipient::isWaiting).toList();
  }

  /** Whether somebody is at it. */
  public boolean isUnderWay(Instant now) {
    Lease lease = progress.lease();
    return lease != null && lease.until().isAfter(now);
  }

  /** How long it has been kept. */
  public Duration age(Instant now) {
    return age(acceptedAt, now);
  }

  /** How long ago something was taken; zero where the clock was set back behind it. */
  public static Duration age(Instant takenAt, Instant now) {
    return takenAt.isBefore(now) ? Duration.between(takenAt, now) : Duration.ZERO;
  }

  /** The same message after a move. */
  public QueuedMessage moved(List<Recipient> nextRecipients, Progress next) {
    return new QueuedMessage(
        id,
        accountId,
        smtpUser,
        sender,
        nextRecipients,
        text,
        reportTo,
        acceptedAt,
        next,
        version + 1,
        Mark.NONE);
  }

  /** The same digest with another text, for these addressees; they may be new. */
  public QueuedMessage withDigest(List<Recipient> addressees, Text next) {
    boolean utf8 = sender.utf8() || addressees.stream().anyMatch(Recipient::isInternational);
    var from = new Sender(sender.address(), sender.eightBit(), utf8, sender.ret(), sender.envid());
    return new QueuedMessage(
        id,
        accountId,
        smtpUser,
        from,
        addressees,
        next,
        reportTo,
        acceptedAt,
        progress,
        version + 1,
        Mark.NONE);
  }

  /** The same message after a move that left its recipients as they were. */
  public QueuedMessage moved(Progress next) {
    return moved(recipients, next);
  }
}
