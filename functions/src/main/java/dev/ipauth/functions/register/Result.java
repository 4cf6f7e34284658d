package dev.ipauth.functions.register;

import dev.ipauth.tables.IpAuthentication;
import dev.ipauth.tables.SmtpUser;

/** What became of a change. */
public sealed interface Result {
  /** The user is now so; a user that was deleted, as it was last. */
  record Saved(SmtpUser user) implements Result {}

  /** Nothing was changed. */
  sealed interface Refused extends Result {}

  /** Missing, or another account's: the caller can't tell. */
  record NoSuchUser() implements Refused {}

  /** The user isn't as the caller last saw it. */
  record Stale() implements Refused {}

  record UsernameTaken() implements Refused {}

  /** The address is nominated, by a user of this or of another account. */
  record AddressHeld(IpAuthentication by) implements Refused {}

  /** The same request made this user before. */
  record MadeBefore(SmtpUser user) implements Refused {}

  /** The idempotency key came with another body before. */
  record KeyReused() implements Refused {}

  /** The same request made a user before, which is deleted by now. */
  record MadeBeforeAndDeleted() implements Refused {}
}
