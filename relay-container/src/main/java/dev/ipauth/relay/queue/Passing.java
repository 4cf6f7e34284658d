package dev.ipauth.relay.queue;

import dev.ipauth.relay.queue.AttemptResult.Ended;
import dev.ipauth.relay.smtp.MailFrom;
import dev.ipauth.relay.smtp.RcptTo;
import dev.ipauth.relay.smtp.Replies;
import dev.ipauth.relay.smtp.Reply;
import dev.ipauth.relay.smtp.Submission;
import dev.ipauth.tables.QueuedMessage;
import dev.ipauth.tables.QueuedMessage.Progress;
import dev.ipauth.tables.QueuedMessage.Recipient;
import dev.ipauth.tables.QueuedMessage.Sender;
import dev.ipauth.tables.QueuedMessage.Text;
import dev.ipauth.tables.SmtpUser;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** A message on its way from a device, with what is needed to keep it. */
final class Passing {
  final Submission submission;
  final SmtpUser user;
  final HeldText text;
  final OwnRow row;
  private final List<Accepted> accepted = new ArrayList<>();
  private int deferred;
  private boolean reportsAreAsked;

  /** The rows of it that were tried; no two have the same version. */
  private long versions;

  /** When it was first tried to be kept: what the row says of it, however often it is written. */
  private @Nullable Instant acceptedAt;

  /** What is reserved of the queue's room; nothing when there was none. */
  long reserved;

  /** Whether the next hop isn't asked any more, and everything is to be kept. */
  boolean isKept;

  /** What the next hop said when it couldn't; what the device hears when it can't be kept. */
  @Nullable Reply setback;

  /** How the try while the device waits ended, if it did. */
  Ended ended = Ended.BY_NEXT_HOP;

  /**
   * Whether the next hop that was asked last offers DSN, and so takes over what was asked of it.
   */
  boolean reportsDeliveries;

  /**
   * Completes when the device is answered and the line of the message is written; only of a message
   * with recipients that were put off, of which more is to be said then.
   */
  final CompletableFuture<Boolean> answered = new CompletableFuture<>();

  /** Whether it wasn't held or kept for lack of room. */
  volatile boolean foundNoRoom;

  /**
   * A recipient that was answered 250.
   *
   * @param notNow what the next hop said instead, null when it has taken it
   */
  private record Accepted(RcptTo to, @Nullable Reply notNow) {}

  Passing(Submission submission, HeldText text, OwnRow row) {
    this.submission = submission;
    this.user = Objects.requireNonNull(submission.user(), "A device's message is some user's");
    this.text = text;
    this.row = row;
  }

  void taken(RcptTo to) {
    accept(new Accepted(to, null));
  }

  void deferred(RcptTo to, Reply reply) {
    setback = reply;
    deferred++;
    accept(new Accepted(to, reply));
  }

  private void accept(Accepted one) {
    accepted.add(one);
    reportsAreAsked |= one.to().notifyOn() != null;
  }

  /** How many were answered 250. */
  int recipients() {
    return accepted.size();
  }

  /** Whether the next hop has taken any. */
  boolean hasTaken() {
    return accepted.size() > deferred;
  }

  boolean hasDeferred() {
    return deferred > 0;
  }

  /** What the device hears when the message can't be kept. */
  Reply withoutQueue() {
    if (foundNoRoom) {
      return Replies.QUEUE_FULL;
    }
    return setback == null ? Replies.NEXT_HOP_FAILED : setback;
  }

  /** What was reserved, which whoever asks is to give back. */
  long takeReserved() {
    long taken = reserved;
    reserved = 0;
    return taken;
  }

  /** Whose part of the queue's room it takes. */
  Room.Owner owner() {
    return new Room.Owner(user.accountId(), user.username().text());
  }

  /** The try while the device waits came to this, and all of it is to be kept. */
  void setback(Verdict verdict) {
    setback = verdict.reply();
    ended = Ended.with(verdict);
  }

  /**
   * The try while the device waited was the first attempt, if there was one.
   *
   * @param due by the schedule
   */
  Progress firstProgress(Instant now, Instant due) {
    Reply said = setback;
    boolean wasTried = said != null && (!ended.isHeldBack() || hasDeferred());
    return new Progress(
        wasTried ? 1 : 0,
        ended == Ended.HELD_BACK_BY_PACE ? now : due,
        null,
        said == null ? null : said.toString(),
        false);
  }

  /** A row to be written, with all recipients. */
  QueuedMessage withAll(Progress progress, Instant now) {
    return row(progress, now, accepted);
  }

  /** A row to be written, with those that the next hop didn't take. */
  QueuedMessage withDeferred(Progress progress, Instant now) {
    return row(progress, now, accepted.stream().filter(one -> one.notNow() != null).toList());
  }

  /**
   * Those that went over to the next hop with the final dot.
   *
   * @param reply to the final dot
   */
  List<Recipient> delivered(Reply reply) {
    return accepted.stream()
        .filter(one -> one.notNow() == null)
        .map(one -> recipient(one).now(Recipient.State.DELIVERED, reply.toString()))
        .toList();
  }

  /** Those of them that are to be told by this relay; of nearly every message, none. */
  List<Recipient> relayed(Reply reply) {
    return reportsDeliveries || !reportsAreAsked
        ? List.of()
        : Report.wanting(Report.Kind.RELAYED, delivered(reply));
  }

  /** With all of its recipients, as before a first attempt. */
  QueuedMessage untried(Instant now) {
    return withAll(new Progress(0, now, null, null, false), now);
  }

  private QueuedMessage row(Progress progress, Instant now, List<Accepted> recipients) {
    Instant first = acceptedAt == null ? now : acceptedAt;
    acceptedAt = first;
    MailFrom from = submission.from();
    return new QueuedMessage(
        submission.id(),
        user.accountId(),
        user.username().text(),
        new Sender(from.address(), from.eightBit(), from.utf8(), from.ret(), from.envid()),
        recipients.stream().map(Passing::recipient).toList(),
        new Text(text.length(), text.crc32c()),
        reportTo(),
        first,
        progress,
        ++versions,
        QueuedMessage.Mark.NONE);
  }

  private static Recipient recipient(Accepted one) {
    Reply said = one.notNow();
    return new Recipient(
        one.to().address(),
        one.to().notifyOn(),
        one.to().orcpt(),
        Recipient.State.WAITING,
        said == null ? null : said.toString());
  }

  /**
   * Anybody can write any sender, and a relay that reports to it would send mail to strangers: so
   * reports go where the account said, or to a sender that it has proved to own by allowing it.
   */
  private @Nullable String reportTo() {
    String sender = submission.from().address();
    if (sender.isEmpty()) {
      return null;
    }
    String bouncesTo = user.profile().bouncesTo();
    boolean allowed = !user.allowedSenders().isEmpty() && user.maySendAs(sender);
    return bouncesTo != null ? bouncesTo : allowed ? sender : null;
  }
}
