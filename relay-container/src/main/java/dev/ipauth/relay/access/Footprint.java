package dev.ipauth.relay.access;

import dev.ipauth.tables.AllowedSender;
import dev.ipauth.tables.SmtpUser;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The memory that a row takes while it is remembered, its key and the cache's own objects included;
 * measured, and rounded up.
 */
final class Footprint {
  private static final int NOBODY = 300;
  private static final int USER = 1_000;
  private static final int NETWORK = 100;
  private static final int SENDER = 120;

  private Footprint() {}

  static int octets(Optional<SmtpUser> row) {
    return row.map(Footprint::octets).orElse(NOBODY);
  }

  private static int octets(SmtpUser user) {
    SmtpUser.Profile profile = user.profile();
    return USER
        + text(profile.description())
        + text(profile.bouncesTo())
        + NETWORK * profile.ipRestrictions().size()
        + profile.allowedSenders().stream().mapToInt(Footprint::octets).sum();
  }

  private static int text(@Nullable String text) {
    return text == null ? 0 : 2 * text.length();
  }

  private static int octets(AllowedSender sender) {
    return SENDER + text(sender.text());
  }
}
