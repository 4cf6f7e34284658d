package dev.ipauth.relay.smtp;

import dev.ipauth.relay.smtp.Access.Permission;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A message between its MAIL and its end. */
final class Transaction {
  final String id;
  final MailFrom from;
  final Permission.Granted permission;
  final Instant began;
  final List<String> recipients = new ArrayList<>();

  /** Set by the first BDAT, for all that follow. */
  @Nullable MessageText chunks;

  /** Whether a recipient was offered, even if in vain. */
  boolean offered;

  /** Whether the device was asked for the text. */
  boolean textBegun;

  Transaction(String id, MailFrom from, Permission.Granted permission, Instant began) {
    this.id = id;
    this.from = from;
    this.permission = permission;
    this.began = began;
  }
}
