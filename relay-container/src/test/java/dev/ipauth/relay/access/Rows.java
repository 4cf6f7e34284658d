package dev.ipauth.relay.access;

import dev.ipauth.tables.IpAddress;
import dev.ipauth.tables.IpAuthentication;
import dev.ipauth.tables.Network;
import dev.ipauth.tables.Nomination;
import dev.ipauth.tables.Peppers;
import dev.ipauth.tables.SmtpUser;
import dev.ipauth.tables.Username;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Rows as functions would write them; every user's password is {@code right}. */
final class Rows {
  static final Peppers PEPPERS = Peppers.parse(Base64.getEncoder().encodeToString(new byte[32]));
  static final Instant SINCE = Instant.parse("2026-11-23T10:00:00Z");
  static final String ACCOUNT = "acme";

  private Rows() {}

  static SmtpUser user(String name, boolean enabled, @Nullable String ip, List<Network> networks) {
    var username = new Username(name);
    return new SmtpUser(
        username,
        ACCOUNT,
        new SmtpUser.Profile(null, enabled, networks, List.of(), null),
        new SmtpUser.Password(PEPPERS.hash(username, "right"), SINCE),
        ip == null ? null : new Nomination(IpAddress.parse(ip), SINCE),
        null,
        SINCE,
        1);
  }

  static SmtpUser nominee(String name, String ip) {
    return user(name, true, ip, List.of());
  }

  static IpAuthentication row(String ip, String name) {
    return new IpAuthentication(IpAddress.parse(ip), ACCOUNT, new Username(name), SINCE);
  }
}
