package dev.ipauth.relay.access;

import dev.ipauth.tables.IpAddress;
import dev.ipauth.tables.IpAuthentication;
import dev.ipauth.tables.SmtpUser;
import java.util.Optional;
import java.util.function.Function;

/**
 * The SMTP user that nominates an address, read from both tables and believed only when they agree.
 *
 * <p>The two rows are read one after the other, so a move or a removal can run in between; then
 * they disagree, and are read once more. Functions change both in one transaction, so two that
 * disagree twice are being changed all the time or are broken: an error either way, and never a
 * guess.
 */
final class NominationLookup implements Function<IpAddress, Optional<SmtpUser>> {
  private static final int TRIES = 2;

  private final Tables tables;

  NominationLookup(Tables tables) {
    this.tables = tables;
  }

  /**
   * @throws IllegalStateException when the tables disagree
   */
  @Override
  public Optional<SmtpUser> apply(IpAddress ip) {
    for (int i = 0; i < TRIES; i++) {
      Optional<IpAuthentication> row = tables.ipAuthentication(ip);
      if (row.isEmpty()) {
        return Optional.empty();
      }
      Optional<SmtpUser> user =
          tables.smtpUser(row.get().username()).filter(u -> agree(row.get(), u));
      if (user.isPresent()) {
        return user;
      }
    }
    throw new IllegalStateException("The tables disagree about who nominates " + ip);
  }

  private static boolean agree(IpAuthentication row, SmtpUser user) {
    return user.nominates(row.ip())
        && user.username().equals(row.username())
        && user.accountId().equals(row.accountId());
  }
}
