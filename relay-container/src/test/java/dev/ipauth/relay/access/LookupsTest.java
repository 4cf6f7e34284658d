package dev.ipauth.relay.access;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ipauth.relay.smtp.Access;
import dev.ipauth.relay.smtp.Access.Permission;
import dev.ipauth.tables.IpAddress;
import dev.ipauth.tables.Username;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The parts put together, on real threads. */
class LookupsTest {
  private static final IpAddress IP = IpAddress.parse("198.51.100.7");

  private final FakeTables tables = new FakeTables();
  private final CountingMeter byUsername = new CountingMeter();
  private final CountingMeter byAddress = new CountingMeter();
  private final Lookups lookups =
      new Lookups(
          tables,
          new Lookups.Terms(Duration.ofMinutes(1), Duration.ofMinutes(1), 100),
          new Lookups.Meters(byUsername, byAddress, new CountingMeter()));
  private final Access access = lookups.access(Rows.PEPPERS);

  @AfterEach
  void stop() {
    lookups.close();
  }

  private static <T> T await(CompletionStage<T> stage) {
    return stage.toCompletableFuture().join();
  }

  @Test
  void aDeviceSendsByItsAddressAndByItsPassword() {
    tables.smtpUsers.put(new Username("scanner"), Rows.nominee("scanner", IP.toString()));
    tables.ipAuthentications.put(IP, Rows.row(IP.toString(), "scanner"));
    assertInstanceOf(Permission.Granted.class, await(access.permission(IP, null)));
    assertInstanceOf(Permission.Granted.class, await(access.permission(IP, null)));
    assertInstanceOf(
        Access.AuthAnswer.Accepted.class, await(access.authenticate("scanner", "right", IP)));
    assertEquals(1, byAddress.good.get());
    assertEquals(1, byAddress.hits.get());
    assertEquals(1, byUsername.good.get());
  }

  @Test
  void nobodyIsRememberedToo() {
    assertInstanceOf(Permission.Nobody.class, await(access.permission(IP, null)));
    assertInstanceOf(Permission.Nobody.class, await(access.permission(IP, null)));
    assertEquals(1, byAddress.good.get());
  }

  @Test
  void aCutIsNotRemembered() {
    tables.cut.add(IP);
    assertInstanceOf(Permission.Unsure.class, await(access.permission(IP, null)));
    tables.cut.clear();
    assertInstanceOf(Permission.Nobody.class, await(access.permission(IP, null)));
  }

  @Test
  void saysWhetherTheTablesCanBeRead() {
    tables.cut.add("tables");
    assertFalse(await(lookups.readable()));
    tables.cut.clear();
    assertTrue(await(lookups.readable()));
  }

  @Test
  void afterTheEndNothingIsSure() {
    lookups.close();
    assertInstanceOf(Permission.Unsure.class, await(access.permission(IP, null)));
    assertFalse(await(lookups.readable()));
  }
}
