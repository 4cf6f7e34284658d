package dev.ipauth.relay.onward;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.ipauth.relay.smtp.NextHop.Extension;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What devices are offered doesn't depend on which of the next hop's addresses answered last. */
class OffersTest {
  private final Offers offers = new Offers();

  private static SocketAddress address(int number) {
    return InetSocketAddress.createUnresolved("next-hop-" + number, 25);
  }

  @Test
  void nothingIsKnownBeforeTheFirstWasReached() {
    assertNull(offers.ofAll());
  }

  @Test
  void onlyWhatAllAddressesOfferIsOffered() {
    offers.heard(address(1), Set.of("SMTPUTF8", "DSN", "PIPELINING"));
    assertEquals(Set.of(Extension.SMTPUTF8, Extension.DSN), offers.ofAll());
    offers.heard(address(2), Set.of("DSN"));
    assertEquals(Set.of(Extension.DSN), offers.ofAll());
    offers.heard(address(1), Set.of("SMTPUTF8", "DSN", "PIPELINING"));
    assertEquals(Set.of(Extension.DSN), offers.ofAll());
  }

  @Test
  void anAddressThatLearnsIsBelieved() {
    offers.heard(address(1), Set.of());
    assertEquals(Set.of(), offers.ofAll());
    offers.heard(address(1), Set.of("DSN"));
    assertEquals(Set.of(Extension.DSN), offers.ofAll());
  }

  @Test
  void addressesThatWereNotSeenForLongAreForgotten() {
    offers.heard(address(0), Set.of());
    for (int i = 1; i <= 100; i++) {
      offers.heard(address(i), Set.of("DSN"));
    }
    assertEquals(Set.of(Extension.DSN), offers.ofAll());
  }
}
