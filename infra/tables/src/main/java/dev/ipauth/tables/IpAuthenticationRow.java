package dev.ipauth.tables;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** A row of {@code IpAuthentications} while the Enhanced Client reads it. */
final class IpAuthenticationRow {
  private @Nullable IpAddress ip;
  private @Nullable String accountId;
  private @Nullable Username username;
  private @Nullable Instant since;

  void ip(IpAddress value) {
    ip = value;
  }

  void accountId(String value) {
    accountId = value;
  }

  void username(Username value) {
    username = value;
  }

  void since(Instant value) {
    since = value;
  }

  IpAuthentication read() {
    return new IpAuthentication(
        requireNonNull(ip, Schemas.IP),
        requireNonNull(accountId, Schemas.ACCOUNT_ID),
        requireNonNull(username, Schemas.USERNAME),
        requireNonNull(since, Schemas.SINCE));
  }
}
