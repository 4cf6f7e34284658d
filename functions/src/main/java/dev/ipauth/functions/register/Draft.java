package dev.ipauth.functions.register;

import dev.ipauth.tables.AllowedSender;
import dev.ipauth.tables.IpAddress;
import dev.ipauth.tables.Network;
import dev.ipauth.tables.Nomination;
import dev.ipauth.tables.PasswordHash;
import dev.ipauth.tables.SmtpUser;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** An SMTP user while it is edited. */
final class Draft {
  private final SmtpUser before;
  private @Nullable String description;
  private boolean enabled;
  private PasswordHash passwordHash;
  private Instant passwordChangedAt;
  private @Nullable Nomination nomination;
  private List<Network> ipRestrictions;
  private List<AllowedSender> allowedSenders;
  private long version;

  Draft(SmtpUser user) {
    before = user;
    description = user.description();
    enabled = user.enabled();
    passwordHash = user.passwordHash();
    passwordChangedAt = user.passwordChangedAt();
    nomination = user.nomination();
    ipRestrictions = user.ipRestrictions();
    allowedSenders = user.allowedSenders();
    version = user.version();
  }

  void describe(@Nullable String text) {
    description = text;
  }

  void enable(boolean value) {
    enabled = value;
  }

  void password(PasswordHash hash, Instant now) {
    passwordHash = hash;
    passwordChangedAt = now;
  }

  /** The same address again keeps its {@code since}. */
  void nominate(IpAddress ip, Instant now) {
    if (!before.nominates(ip)) {
      nomination = new Nomination(ip, now);
    }
  }

  void release() {
    nomination = null;
  }

  void restrict(List<Network> networks) {
    ipRestrictions = networks;
  }

  void allow(List<AllowedSender> senders) {
    allowedSenders = senders;
  }

  Draft version(long value) {
    version = value;
    return this;
  }

  SmtpUser user() {
    return new SmtpUser(
        before.username(),
        before.accountId(),
        description,
        enabled,
        passwordHash,
        passwordChangedAt,
        nomination,
        ipRestrictions,
        allowedSenders,
        before.createdAt(),
        version);
  }
}
