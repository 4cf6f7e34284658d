package dev.ipauth.tables;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A row of {@code SmtpUsers} while the Enhanced Client reads it, attribute by attribute. */
final class SmtpUserRow {
  private @Nullable Username username;
  private @Nullable String accountId;
  private @Nullable String description;
  private @Nullable Boolean enabled;
  private @Nullable PasswordHash passwordHash;
  private @Nullable Instant passwordChangedAt;
  private @Nullable IpAddress ip;
  private @Nullable Instant ipSince;
  private List<String> ipRestrictions = List.of();
  private List<String> allowedSenders = List.of();
  private @Nullable Instant createdAt;
  private @Nullable Long version;

  void username(Username value) {
    username = value;
  }

  void accountId(String value) {
    accountId = value;
  }

  void description(@Nullable String value) {
    description = value;
  }

  void enabled(Boolean value) {
    enabled = value;
  }

  void passwordHash(PasswordHash value) {
    passwordHash = value;
  }

  void passwordChangedAt(Instant value) {
    passwordChangedAt = value;
  }

  void ip(@Nullable IpAddress value) {
    ip = value;
  }

  void ipSince(@Nullable Instant value) {
    ipSince = value;
  }

  void ipRestrictions(List<String> value) {
    ipRestrictions = value;
  }

  void allowedSenders(List<String> value) {
    allowedSenders = value;
  }

  void createdAt(Instant value) {
    createdAt = value;
  }

  void version(Long value) {
    version = value;
  }

  /**
   * @throws NullPointerException when an attribute that every row has is missing: a row that
   *     somebody wrote by hand is an error, not a user with fewer rules
   */
  SmtpUser read() {
    return new SmtpUser(
        requireNonNull(username, Schemas.USERNAME),
        requireNonNull(accountId, Schemas.ACCOUNT_ID),
        description,
        requireNonNull(enabled, Schemas.ENABLED),
        requireNonNull(passwordHash, Schemas.PASSWORD_HASH),
        requireNonNull(passwordChangedAt, Schemas.PASSWORD_CHANGED_AT),
        ip == null ? null : new Nomination(ip, requireNonNull(ipSince, Schemas.IP_SINCE)),
        ipRestrictions.stream().map(Network::parse).toList(),
        allowedSenders.stream().map(AllowedSender::new).toList(),
        requireNonNull(createdAt, Schemas.CREATED_AT),
        requireNonNull(version, Schemas.VERSION));
  }
}
