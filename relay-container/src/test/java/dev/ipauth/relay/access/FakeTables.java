package dev.ipauth.relay.access;

import dev.ipauth.tables.IpAddress;
import dev.ipauth.tables.IpAuthentication;
import dev.ipauth.tables.SmtpUser;
import dev.ipauth.tables.Username;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Tables in memory, parts of which can be cut off. */
final class FakeTables implements Tables {
  final Map<IpAddress, IpAuthentication> ipAuthentications = new ConcurrentHashMap<>();
  final Map<Username, SmtpUser> smtpUsers = new ConcurrentHashMap<>();
  final Set<Object> cut = new HashSet<>();

  /** Runs after each read of IpAuthentications: what others do between the two reads. */
  Runnable between = () -> {};

  @Override
  public Optional<IpAuthentication> ipAuthentication(IpAddress ip) {
    reach(ip);
    var row = Optional.ofNullable(ipAuthentications.get(ip));
    between.run();
    return row;
  }

  @Override
  public Optional<SmtpUser> smtpUser(Username username) {
    reach(username);
    return Optional.ofNullable(smtpUsers.get(username));
  }

  @Override
  public void probe() {
    reach("tables");
  }

  private void reach(Object what) {
    if (cut.contains(what)) {
      throw new UncheckedIOException(new ConnectException("no route to the table"));
    }
  }
}
