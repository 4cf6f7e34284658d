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
  final String id;
  final MailFrom from;
  final List<String> recipients = new ArrayList<>();

  /** As decided last: at MAIL, and again when the text begins. */
  Permission.Granted permission;

  /** Set by the first BDAT, for all that follow. */
  @Nullable MessageText chunks;

  /** Whether a recipient was offered, even if in vain. */
  boolean offered;

  /** Set once the device is asked for the text. */
  @Nullable MessageText text;

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
