package dev.ipauth.functions.register;

import dev.ipauth.tables.IpAuthentication;
import dev.ipauth.tables.SmtpUser;

/** What became of a change. */
public sealed interface Result {
  /** The user is now so; a user that was deleted, as it was last. */
  record Saved(SmtpUser user) implements Result {}

  /** The same request was made before: nothing was changed, and the user is now so. */
  record Replayed(SmtpUser user) implements Result {}

  /** Nothing was changed. */
  sealed interface Refused extends Result {}

  /** Missing, or another account's: the caller can't tell. */
  record NoSuchUser() implements Refused {}

  /** The user isn't as the caller last saw it. */
  record Stale() implements Refused {}

  record UsernameTaken() implements Refused {}

  /** The account has as many SMTP users as it may have. */
  record TooManySmtpUsers(int limit) implements Refused {}

  /** The address is nominated, by a user of this or of another account. */
  record AddressHeld(IpAuthentication by) implements Refused {}

  /** The user that the address was to be moved from hasn't got it. */
  record NotHeldByIt() implements Refused {}

  /** Whoever would prove control of an address isn't there. */
  record NotThere() implements Refused {}

  /** The idempotency key came with another body before. */
  record KeyReused() implements Refused {}

  /** The same request was made before, for a user that has been deleted since. */
  record MadeBeforeAndDeleted() implements Refused {}
}
