package dev.ipauth.functions.messages;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static software.amazon.awssdk.services.dynamodb.model.AttributeValue.fromS;

import dev.ipauth.tables.MessageId;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.WriteRequest;

/** A filter that nothing passes costs no more reads than one that a page passes, however long. */
class ListReadsTest {
  private static final int OF_A_USER = 9000;
  private static final Tables TABLES = new Tables();

  private final QueryCount count = new QueryCount();
  private final MessageLog log =
      new MessageLog(
          count.of(TABLES.client),
          Tables.NAMES,
          new MessageRetention(Duration.ofDays(30)),
          Clock.fixed(Tables.NOW, ZoneOffset.UTC));

  /** All delivered: most of one SMTP user, and some of each shard. */
  @BeforeAll
  static void fill() {
    var puts = new ArrayList<WriteRequest>();
    for (int i = 0; i < OF_A_USER; i++) {
      puts.add(put(Shard.of("acme", "busy"), "busy", i));
    }
    List<String> shards = Shard.all("acme");
    for (int i = 0; i < OF_A_USER; i++) {
      puts.add(put(shards.get(i % shards.size()), "user", OF_A_USER + i));
    }
    for (int from = 0; from < puts.size(); from += 25) {
      List<WriteRequest> some = puts.subList(from, Math.min(from + 25, puts.size()));
      TABLES.client.batchWriteItem(write -> write.requestItems(Map.of("Messages", some)));
    }
  }

  @AfterAll
  static void close() {
    TABLES.close();
  }

  private static WriteRequest put(String shard, String username, int number) {
    String id = MessageId.begunAt(Tables.NOW.minusSeconds(number).toEpochMilli(), number);
    Map<String, AttributeValue> row =
        Map.of(
            "accountShard", fromS(shard),
            "id", fromS(id),
            "username", fromS(username),
            "outcome", fromS("delivered"));
    return WriteRequest.builder().putRequest(put -> put.item(row)).build();
  }

  @ParameterizedTest
  @CsvSource({", DROPPED", "busy, DROPPED", "busy, BOUNCED", "nobody,"})
  void aRareFilterReadsSomeThousandsOfRowsAtMost(
      @Nullable String username, @Nullable Outcome outcome) {
    Set<Outcome> outcomes = outcome == null ? Set.of() : Set.of(outcome);
    var filter = new MessageLog.Filter(username, outcomes, null, null);
    String next = null;
    do {
      count.reset();
      MessageLog.Found page = log.page("acme", filter, next, 25);
      assertEquals(List.of(), page.messages());
      assertTrue(count.rows() <= 4000, () -> count.rows() + " rows were read for one request");
      String before = next == null ? "~" : next;
      next = page.next();
      assertTrue(next == null || next.compareTo(before) < 0, "the next goes on behind it");
    } while (next != null);
  }
}
