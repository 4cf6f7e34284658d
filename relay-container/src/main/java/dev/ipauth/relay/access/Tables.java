package dev.ipauth.relay.access;

import dev.ipauth.tables.IpAddress;
import dev.ipauth.tables.IpAuthentication;
import dev.ipauth.tables.SmtpUser;
import dev.ipauth.tables.Username;
import java.util.Optional;

/**
 * The tables, read strongly consistently: an answer holds every write that was answered before the
 * read began. Each method blocks, and throws any {@link RuntimeException} when the table can't be
 * read or a row makes no sense.
 */
public interface Tables {

  Optional<IpAuthentication> ipAuthentication(IpAddress ip);

  Optional<SmtpUser> smtpUser(Username username);

  /** Reads both tables, as cheaply as can be, and throws when either can't be read. */
  void probe();
}
