package dev.ipauth.relay.access;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ipauth.relay.smtp.Access;
import dev.ipauth.relay.smtp.Access.Permission;
import dev.ipauth.tables.IpAddress;
import dev.ipauth.tables.Username;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The parts put together, on real threads. */
class LookupsTest {
  private static final IpAddress IP = IpAddress.parse("198.51.100.7");

  private final FakeTables tables = new FakeTables();
  private final CountingMeter byUsername = new CountingMeter();
  private final CountingMeter byAddress = new CountingMeter();
  private final Watch watch = new Watch();
  private final Lookups lookups =
      new Lookups(
          tables,
          new Lookups.Limits(Duration.ofMinutes(1), Duration.ofMinutes(1), 100),
          new Lookups.Meters(byUsername, byAddress, new CountingMeter(), watch));
  private final Access access = lookups.access(Rows.PEPPERS);

  /** What was said of the tables, in order. */
  private static final class Watch implements Lookups.TableWatch {
    private final List<String> said = new CopyOnWriteArrayList<>();

    @Override
    public void worked() {
      said.add("worked");
    }

    @Override
    public void failed(String cause) {
      said.add(cause);
    }
  }

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
    assertEquals(
        Optional.of(
            "DynamoDB can't be reached (no route to the table): look at the network, and"
                + " AWS_ENDPOINT_URL_DYNAMODB."),
        trouble());
    tables.cut.clear();
    assertEquals(Optional.empty(), trouble());
  }

  /** Asked again where this machine was too busy to answer within the probe's 1.5 s. */
  private Optional<String> trouble() {
    Optional<String> trouble;
    do {
      trouble = await(lookups.trouble());
    } while (trouble.isPresent() && trouble.get().startsWith("DynamoDB doesn't answer in time"));
    return trouble;
  }

  @Test
  void aTableThatStandsStillAndOneThatAnswersAreTold() {
    tables.cut.add(IP);
    await(access.permission(IP, null));
    tables.cut.clear();
    await(access.permission(IP, null));
    assertEquals(2, watch.said.size(), watch.said::toString);
    assertTrue(watch.said.getFirst().startsWith("DynamoDB can't be reached"), watch.said::toString);
    assertEquals("worked", watch.said.getLast());
  }

  @Test
  void tablesThatDisagreeAboutOneAddressAreNoOutage() {
    tables.ipAuthentications.put(IP, Rows.row(IP.toString(), "scanner"));
    assertInstanceOf(Permission.Unsure.class, await(access.permission(IP, null)));
    assertEquals(List.of(), watch.said);
  }

  @Test
  void afterTheEndNothingIsSure() {
    lookups.close();
    assertInstanceOf(Permission.Unsure.class, await(access.permission(IP, null)));
    assertTrue(await(lookups.trouble()).isPresent());
  }
}
