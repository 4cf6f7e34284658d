package dev.ipauth.functions.register;

import dev.ipauth.tables.IpAddress;
import dev.ipauth.tables.Nomination;
import dev.ipauth.tables.PasswordHash;
import dev.ipauth.tables.PendingNomination;
import dev.ipauth.tables.SmtpUser;
import dev.ipauth.tables.Username;
import java.time.Instant;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** What can be changed of an SMTP user. */
public sealed interface SmtpUserEdit {
  /**
   * What the account says about the user.
   *
   * @param what the audit trail calls it
   */
  record ChangeProfile(String what, UnaryOperator<SmtpUser.Profile> change)
      implements SmtpUserEdit {}

  record ChangePassword(PasswordHash hash) implements SmtpUserEdit {}

  /**
   * Claims the address; the one that was nominated before is free again.
   *
   * @param from the user of the same account that gives it up in the same step; null when it is
   *     free
   */
  record Nominate(IpAddress ip, @Nullable Username from) implements SmtpUserEdit {}

  /** Asks for the address until somebody at it agrees; what was asked for before is dropped. */
  record Ask(IpAddress ip, String code) implements SmtpUserEdit {}

  /** Claims the address that was asked for. */
  record Prove(PendingNomination asked) implements SmtpUserEdit {}

  /** Frees the address, and asks for none any more. */
  record Release() implements SmtpUserEdit {}

  /**
   * The user after this edit, its version as it was; equal to {@code user} when nothing changes.
   */
  default SmtpUser apply(SmtpUser user, Instant now) {
    return switch (this) {
      case ChangeProfile(_, UnaryOperator<SmtpUser.Profile> change) ->
          user.with(change.apply(user.profile()));
      case ChangePassword(PasswordHash hash) -> user.with(new SmtpUser.Password(hash, now));
      case Nominate(IpAddress ip, _) -> nominating(user, ip, now);
      // The same address again keeps its code and its end.
      case Ask(IpAddress ip, String code) ->
          user.waitsFor(ip, now) ? user : user.withPending(new PendingNomination(ip, now, code));
      case Prove(PendingNomination asked) -> nominating(user, asked.ip(), now);
      case Release() -> user.withNomination(null).withPending(null);
    };
  }

  /** The same address again keeps its "since". */
  private static SmtpUser nominating(SmtpUser user, IpAddress ip, Instant now) {
    SmtpUser after = user.nominates(ip) ? user : user.withNomination(new Nomination(ip, now));
    return after.withPending(null);
  }

  /** How the audit trail calls it. */
  default String what() {
    return switch (this) {
      case ChangeProfile profile -> profile.what();
      case ChangePassword _ -> "password-changed";
      case Nominate _ -> "ip-authentication-set";
      case Ask _ -> "ip-authentication-requested";
      case Prove _ -> "ip-authentication-proven";
      case Release() -> "ip-authentication-removed";
    };
  }

  /**
   * Whether it is written even when it changes nothing. A release is: an earlier claim whose
   * outcome nobody learned may still arrive, and must then meet a newer version. The caller has
   * been told that the user has no address.
   */
  default boolean alwaysWritten() {
    return this instanceof Release;
  }
}
