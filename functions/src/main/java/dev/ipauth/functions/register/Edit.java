package dev.ipauth.functions.register;

import dev.ipauth.tables.AllowedSender;
import dev.ipauth.tables.IpAddress;
import dev.ipauth.tables.Network;
import dev.ipauth.tables.PasswordHash;
import dev.ipauth.tables.SmtpUser;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What can be changed of an SMTP user. */
public sealed interface Edit {
  /** Null takes the description away. */
  record Describe(@Nullable String description) implements Edit {}

  record Enable(boolean enabled) implements Edit {}

  /** All of them in one step. */
  record Several(List<Edit> edits) implements Edit {}

  record ChangePassword(PasswordHash hash) implements Edit {}

  record Restrict(List<Network> networks) implements Edit {}

  record AllowSenders(List<AllowedSender> senders) implements Edit {}

  /** Claims the address; the one that was nominated before is free again. */
  record Nominate(IpAddress ip) implements Edit {}

  /** Frees the address. */
  record Release() implements Edit {}

  /**
   * The user after this edit, its version as it was; equal to {@code user} when nothing changes.
   */
  default SmtpUser apply(SmtpUser user, Instant now) {
    Draft draft = new Draft(user);
    applyTo(draft, now);
    return draft.user();
  }

  private void applyTo(Draft draft, Instant now) {
    switch (this) {
      case Describe describe -> draft.describe(describe.description());
      case Enable enable -> draft.enable(enable.enabled());
      case Several several -> several.edits().forEach(edit -> edit.applyTo(draft, now));
      case ChangePassword password -> draft.password(password.hash(), now);
      case Restrict restrict -> draft.restrict(restrict.networks());
      case AllowSenders allow -> draft.allow(allow.senders());
      case Nominate nominate -> draft.nominate(nominate.ip(), now);
      case Release() -> draft.release();
    }
  }

  /** How the audit trail calls it. */
  default String what() {
    return switch (this) {
      case Describe _, Enable _, Several _ -> "changed";
      case ChangePassword _ -> "password-changed";
      case Restrict _ -> "ip-restrictions-set";
      case AllowSenders _ -> "allowed-senders-set";
      case Nominate _ -> "ip-authentication-set";
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
