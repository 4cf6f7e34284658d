package dev.ipauth.relay.smtp;

import dev.ipauth.relay.message.HeaderBudget;
import dev.ipauth.relay.message.MessageText;
import dev.ipauth.relay.smtp.Access.Identity;
import dev.ipauth.relay.smtp.Access.Permission;
import dev.ipauth.relay.smtp.Event.Reason;
import dev.ipauth.tables.SmtpUser;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A message between its MAIL and its end. */
final class Transaction {
  private static final int MOST_TOLD = 100;

  /** Of memory, beside its text: what an address takes in all the lists that it is in. */
  private static final int OF_AN_ADDRESS = 200;

  final String id;
  final MailFrom from;
  final List<String> recipients = new ArrayList<>();

  /** Those that were refused, a hundred at most: only what may be told. */
  final List<String> refused = new ArrayList<>();

  /** What was said of the last of them. */
  @Nullable Reply refusal;

  /** Set when a line has told what became of it. */
  boolean told;

  /** As decided last: at MAIL, and again when the text begins. */
  Permission.Granted permission;

  /** Set by the first BDAT, for all that follow. */
  @Nullable MessageText chunks;

  /** Set once the device is asked for the text. */
  @Nullable MessageText text;

  private final HeaderBudget.Share room;

  /** Takes the room for its sender; what stands against that, or null. */
  @Nullable Refusal objectionToSender() {
    return room.take(octets(from.address(), from.envid())) ? null : Refusal.NO_ROOM_FOR_ENVELOPE;
  }

  /** Takes the room for one more recipient; what stands against that, or null. */
  @Nullable Refusal objectionTo(RcptTo to, int maxRecipients) {
    if (recipients.size() >= maxRecipients) {
      return new Refusal(Reason.TOO_MANY_RECIPIENTS, Replies.TOO_MANY_RECIPIENTS);
    }
    return room.take(octets(to)) ? null : Refusal.NO_ROOM_FOR_ENVELOPE;
  }

  /** Gives back the room for a recipient that isn't accepted. */
  void doWithout(RcptTo to) {
    room.giveBack(octets(to));
  }

  private static int octets(RcptTo to) {
    return octets(to.address(), to.orcpt());
  }

  private static int octets(String address, @Nullable String more) {
    return OF_AN_ADDRESS + octets(address) + (more == null ? 0 : octets(more));
  }

  private static int octets(String text) {
    return Ascii.is(text) ? text.length() : text.length() * Character.BYTES;
  }

  /**
   * A recipient wasn't accepted. Where there is no room to remember it, what is told of the others
   * lacks it.
   *
   * @param recipient null when it couldn't be read
   */
  void refused(@Nullable String recipient, Reply reply) {
    refusal = reply;
    if (recipient != null && refused.size() < MOST_TOLD && room.take(octets(recipient, null))) {
      refused.add(recipient);
    }
  }

  /** Whether it has had recipients, and none of them was accepted. */
  boolean isWithoutRecipient() {
    return refusal != null && recipients.isEmpty();
  }

  /** As the next hop hears of it. */
  Submission submission() {
    return new Submission(id, permission.user(), from);
  }

  /** Whose it is. */
  Identity identity() {
    return Identity.of(permission.user(), permission.by());
  }

  /** Whether it is the same SMTP user's that began it. */
  boolean isOf(SmtpUser user) {
    return user.username().equals(permission.user().username())
        && user.accountId().equals(permission.user().accountId());
  }

  /** Monotonic: somebody may set the clock meanwhile. */
  private final long began = System.nanoTime();

  Transaction(String id, MailFrom from, Permission.Granted permission, HeaderBudget held) {
    this.id = id;
    this.from = from;
    this.permission = permission;
    this.room = held.share(permission.user().accountId());
  }

  /** Gives back what its envelope and its text hold. */
  void release() {
    room.release();
    if (text != null) {
      text.release();
    }
  }

  /** Since MAIL. */
  Duration age() {
    return Duration.ofNanos(System.nanoTime() - began);
  }
}
