package dev.ipauth.functions.messages;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ipauth.tables.MessageId;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.core.exception.SdkClientException;

/** A recorder whose DynamoDB fails now and then, and which is killed in the midst of batches. */
class RecorderUnderFaultsTest {
  /** A property, for runs of 100,000. */
  private static final int LINES = Integer.getInteger("recorder.lines", 4_000);

  private static final int LINES_OF_A_BATCH = 1_000;
  private static final int ONE_IN = 32;
  private static final int NEVER = Integer.MAX_VALUE;
  private static final LocalDate DAY = LocalDate.ofInstant(Tables.NOW, ZoneOffset.UTC);
  private static final List<String> ACCOUNTS = List.of("acme", "globex", "initech");

  private final long seed = new Random().nextLong();
  private final Random random = new Random(seed);
  private final Map<String, Counts> expected = new HashMap<>();

  @Test
  void everyBatchGetsThroughWholeAndEachLineIsCountedOnce() {
    List<List<String>> batches = batches();
    try (var calm = new Tables();
        var stormy = new Tables()) {
      batches.forEach(calm.recorder::record);
      for (List<String> batch : batches) {
        if (random.nextInt(4) == 0) {
          var killed =
              new FaultyClient(stormy.client, random, ONE_IN)
                  .deadAfter(random.nextInt(batch.size() / 2));
          assertThrows(SdkClientException.class, () -> recorder(killed).record(batch), this::seed);
        }
        recorder(new FaultyClient(stormy.client, random, ONE_IN)).record(batch);
      }

      for (String account : ACCOUNTS) {
        assertEquals(
            expected.get(account),
            stormy.usage.days(account, null, DAY, DAY).get(DAY),
            () -> seed() + " " + account);
      }
      assertEquals(calm.all(), stormy.all(), this::seed);
    }
  }

  @Test
  void aTableThatIsDownIsNotAskedForEveryLine() {
    try (var tables = new Tables()) {
      var down = new FaultyClient(tables.client, random, ONE_IN).deadAfter(0);
      List<String> batch = batches().getFirst();
      assertThrows(SdkClientException.class, () -> recorder(down).record(batch));
      assertTrue(down.calls() < 100, () -> down.calls() + " calls");
    }
  }

  /** As with a table that doesn't know {@code ReturnValuesOnConditionCheckFailure}. */
  @ParameterizedTest
  @ValueSource(ints = {0, 30})
  void whoIsNotToldWhatIsThereGivesUp(int retentionDays) {
    try (var tables = new Tables(retentionDays)) {
      List<String> lines = Stories.story("two users and accounts");
      tables.recorder.record(lines);
      var silent = new FaultyClient(tables.client, random, NEVER).withoutOldItems();
      assertTimeoutPreemptively(
          Duration.ofSeconds(30),
          () ->
              assertThrows(
                  IllegalStateException.class,
                  () -> recorder(silent, retentionDays).record(lines)));
    }
  }

  private String seed() {
    return "seed " + seed;
  }

  private static Recorder recorder(FaultyClient client) {
    return recorder(client, 30);
  }

  private static Recorder recorder(FaultyClient client, int retentionDays) {
    return Tables.recorder(
        client.client(),
        new MessageRetention(Duration.ofDays(retentionDays)),
        Clock.fixed(Tables.NOW, ZoneOffset.UTC));
  }

  // --- Lines -------------------------------------------------------------------------------------

  /**
   * As many lines as are wanted; a fifth of them come twice, in the same batch or in a later one.
   */
  private List<List<String>> batches() {
    List<String> lines = new ArrayList<>();
    for (int message = 0; lines.size() < LINES; message++) {
      lines.addAll(linesOf(message));
    }
    for (String line : List.copyOf(lines)) {
      if (random.nextInt(5) == 0) {
        lines.add(random.nextInt(lines.size() + 1), line);
      }
    }
    List<List<String>> batches = new ArrayList<>();
    for (int from = 0; from < lines.size(); from += LINES_OF_A_BATCH) {
      batches.add(lines.subList(from, Math.min(from + LINES_OF_A_BATCH, lines.size())));
    }
    return batches;
  }

  private List<String> linesOf(int message) {
    String account = ACCOUNTS.get(random.nextInt(ACCOUNTS.size()));
    String user = "user-" + random.nextInt(40);
    Instant at = Tables.NOW.minusSeconds(36_000).plusMillis(message * 40L);
    String whose =
        "\"smtpUser\":\"%s\",\"accountId\":\"%s\",\"id\":\"%s\""
            .formatted(user, account, MessageId.begunAt(at.toEpochMilli(), message));
    boolean queued = random.nextBoolean();
    count(account, new Counts(1, 2, 700, 0, queued ? 1 : 0));
    String taken =
        """
        {"event":"message","at":"%s","line":"%s",%s,"ip":"198.51.100.7","recipients":["a@x.example","b@x.example"],\
        "bytes":700,"outcome":"%s","reply":"250 2.0.0 OK"}"""
            .formatted(at, line(message, 0), whose, queued ? "queued" : "delivered");
    return queued
        ? List.of(
            taken,
            later("delivered", at.plusSeconds(60), line(message, 1), whose, "a@x.example"),
            later("bounced", at.plusSeconds(90), line(message, 2), whose, "b@x.example"))
        : List.of(taken);
  }

  private static String later(String event, Instant at, String line, String whose, String to) {
    return """
        {"event":"%s","at":"%s","line":"%s",%s,"recipients":["%s"],"attempts":2,"reply":"said"}"""
        .formatted(event, at, line, whose, to);
  }

  private void count(String account, Counts counts) {
    expected.merge(account, counts, Counts::plus);
  }

  private static String line(int message, int number) {
    return "1k2j3h-" + Integer.toString(3 * message + number, 36);
  }
}
