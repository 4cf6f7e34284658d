package dev.ipauth.relay.smtp;

import dev.ipauth.relay.message.MessageText;
import dev.ipauth.relay.smtp.Access.Permission;
import dev.ipauth.tables.SmtpUser;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A message between its MAIL and its end. */
final class Transaction {
  private static final int MOST_TOLD = 100;

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

  /** Whether a recipient was offered, even if in vain. */
  boolean offered;

  /** Set once the device is asked for the text. */
  @Nullable MessageText text;

  /**
   * A recipient wasn't accepted.
   *
   * @param recipient null when it couldn't be read
   */
  void refused(@Nullable String recipient, Reply reply) {
    refusal = reply;
    if (recipient != null && refused.size() < MOST_TOLD) {
      refused.add(recipient);
    }
  }

  /** Whether it has had recipients, and none of them was accepted. */
  boolean isWithoutRecipient() {
    return refusal != null && recipients.isEmpty();
  }

  /** Whether it is the same SMTP user's that began it. */
  boolean isOf(SmtpUser user) {
    return user.username().equals(permission.user().username())
        && user.accountId().equals(permission.user().accountId());
  }

  /** Monotonic: somebody may set the clock meanwhile. */
  private final long began = System.nanoTime();

  Transaction(String id, MailFrom from, Permission.Granted permission) {
    this.id = id;
    this.from = from;
    this.permission = permission;
  }

  /** Since MAIL. */
  Duration age() {
    return Duration.ofNanos(System.nanoTime() - began);
  }
}
