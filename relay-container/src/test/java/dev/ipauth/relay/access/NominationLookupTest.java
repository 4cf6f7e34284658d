package dev.ipauth.relay.access;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.ipauth.tables.IpAddress;
import dev.ipauth.tables.IpAuthentication;
import dev.ipauth.tables.SmtpUser;
import dev.ipauth.tables.Username;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class NominationLookupTest {
  private static final String A = "198.51.100.7";
  private static final String B = "198.51.100.8";

  private final FakeTables tables = new FakeTables();
  private final NominationLookup lookup = new NominationLookup(tables);

  private Optional<String> holderOfA() {
    return lookup.apply(IpAddress.parse(A)).map(SmtpUser::username).map(Username::text);
  }

  private void holds(String name, String ip) {
    tables.smtpUsers.put(new Username(name), Rows.nominee(name, ip));
    tables.ipAuthentications.put(IpAddress.parse(ip), Rows.row(ip, name));
  }

  private void doOnceBetweenTheReads(Runnable change) {
    var calls = new AtomicInteger();
    tables.between =
        () -> {
          if (calls.getAndIncrement() == 0) {
            change.run();
          }
        };
  }

  @Test
  void believesTablesThatAgree() {
    holds("scanner", A);
    assertEquals(Optional.of("scanner"), holderOfA());
    assertEquals(Optional.empty(), lookup.apply(IpAddress.parse(B)));
  }

  @Test
  void readsAgainWhenTheUserMovedAwayInBetween() {
    holds("scanner", A);
    doOnceBetweenTheReads(
        () -> {
          tables.ipAuthentications.clear();
          holds("scanner", B);
        });
    assertEquals(Optional.empty(), holderOfA());
  }

  @Test
  void readsAgainWhenTheAddressChangedHandsInBetween() {
    holds("scanner", A);
    doOnceBetweenTheReads(
        () -> {
          holds("scanner", B);
          holds("copier", A);
        });
    assertEquals(Optional.of("copier"), holderOfA());
  }

  @Test
  void readsAgainWhenTheUserWasDeletedInBetween() {
    holds("scanner", A);
    doOnceBetweenTheReads(
        () -> {
          tables.ipAuthentications.clear();
          tables.smtpUsers.clear();
        });
    assertEquals(Optional.empty(), holderOfA());
  }

  @Test
  void refusesToGuessWhenTheTablesDisagreeTwice() {
    holds("scanner", B);
    tables.ipAuthentications.put(IpAddress.parse(A), Rows.row(A, "scanner"));
    assertThrows(IllegalStateException.class, this::holderOfA);
  }

  @Test
  void anotherAccountsUserOfThatNameIsNotTheHolder() {
    holds("scanner", A);
    tables.ipAuthentications.put(
        IpAddress.parse(A),
        new IpAuthentication(IpAddress.parse(A), "other", new Username("scanner"), Rows.SINCE));
    assertThrows(IllegalStateException.class, this::holderOfA);
  }
}
