package dev.ipauth.functions.messages;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.time.Clock;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the recorder makes of lines, in whatever order they come and however often. */
class RecorderTest {
  private static final MessageLog.Filter ALL = new MessageLog.Filter(null, Set.of(), null, null);

  @TestFactory
  Stream<DynamicTest> everyOrderAndEveryDoublingComesToTheSame() {
    return Stories.all().entrySet().stream()
        .map(
            story ->
                DynamicTest.dynamicTest(story.getKey(), () -> sameInAnyOrder(story.getValue())));
  }

  private static void sameInAnyOrder(List<String> story) {
    Object expected = recorded(List.of(story));
    long seed = new Random().nextLong();
    var random = new Random(seed);
    for (List<String> order : permutations(story)) {
      assertEquals(expected, recorded(order.stream().map(List::of).toList()), order::toString);
      // Some of them again, before or after the first time, in batches.
      List<String> doubled = new ArrayList<>(order);
      order.stream()
          .filter(_ -> random.nextBoolean())
          .forEach(line -> doubled.add(random.nextInt(doubled.size() + 1), line));
      int cut = random.nextInt(doubled.size() + 1);
      List<List<String>> batches =
          List.of(doubled.subList(0, cut), doubled.subList(cut, doubled.size()));
      assertEquals(expected, recorded(batches), () -> "seed " + seed + ": " + doubled);
    }
  }

  /** As when the recorder was away, past midnight. */
  @Test
  void whatComesHoursLateComesToTheSame() {
    List<String> lines = Stories.all().values().stream().flatMap(List::stream).toList();
    try (var inTime = new Tables();
        var late = new Tables()) {
      inTime.recorder.record(lines);
      Tables.recorder(
              late.client,
              new MessageRetention(Duration.ofDays(30)),
              Clock.fixed(Tables.NOW.plus(Duration.ofHours(13)), ZoneOffset.UTC))
          .record(lines);
      assertEquals(inTime.all(), late.all());
    }
  }

  private static Object recorded(List<List<String>> batches) {
    try (var tables = new Tables()) {
      batches.forEach(tables.recorder::record);
      return tables.all();
    }
  }

  private static List<List<String>> permutations(List<String> lines) {
    if (lines.isEmpty()) {
      return List.of(List.of());
    }
    var permutations = new ArrayList<List<String>>();
    for (int i = 0; i < lines.size(); i++) {
      var others = new ArrayList<>(lines);
      String first = others.remove(i);
      for (List<String> rest : permutations(others)) {
        var permutation = new ArrayList<>(List.of(first));
        permutation.addAll(rest);
        permutations.add(permutation);
      }
    }
    return permutations;
  }

  @Test
  void eachStoryComesToWhatItSays() {
    assertEquals(List.of("delivered 250 2.0.0 OK"), outcomes("delivered at once"));
    assertEquals(
        List.of("refused 554 5.6.0 No, next-hop"), outcomes("refused by the next hop at the end"));
    assertEquals(List.of("delivered 250 2.0.0 OK"), outcomes("queued, then delivered"));
    assertEquals(
        List.of("bounced 550 5.1.1 No such mailbox"),
        outcomes("queued, one delivered and one bounced the day after"));
    assertEquals(
        List.of("delivered 250 2.0.0 Accepted"),
        outcomes("one delivered at once, the other queued and then delivered"));
    assertEquals(
        List.of("dropped 250 2.0.0 Queued as mwytdmyoeeeeeeeeee"),
        outcomes("a recipient refused, the other dropped"));
    assertEquals(
        List.of("refused 550 5.1.1 No such mailbox, no-recipient"),
        outcomes("no recipient accepted"));
    assertEquals(
        List.of(
            "refused 421 4.7.0 Too many errors, closing, too-many-errors",
            "refused 550 5.7.1 This SMTP user may not send as this address, sender-not-allowed x40",
            "refused 550 5.7.1 This SMTP user may not send as this address, sender-not-allowed"),
        outcomes("refused outside of a transaction"));
    // One a minute, and rather one with the right password.
    assertEquals(
        List.of(
            "refused 535 5.7.8 Authentication credentials invalid, auth-refused",
            "refused 535 5.7.8 Authentication credentials invalid, ip-restricted"),
        outcomes("failed passwords"));
    assertEquals(
        List.of("delivered 250 2.0.0 OK", "delivered 250 2.0.0 OK"),
        outcomes("two users and accounts"));
  }

  private static List<String> outcomes(String story) {
    try (var tables = new Tables()) {
      tables.recorder.record(Stories.story(story));
      return tables.log.page("acme", ALL, null, 100).messages().stream()
          .map(RecorderTest::outcome)
          .toList();
    }
  }

  private static String outcome(LoggedMessage message) {
    return message.outcome().word()
        + " "
        + message.reply()
        + (message.reason() == null ? "" : ", " + message.reason())
        + (message.times() == 1 ? "" : " x" + message.times());
  }

  @Test
  void partsOfAStoryAreToldAsFarAsTheyAreKnown() {
    try (var tables = new Tables()) {
      List<String> story = Stories.story("queued, one delivered and one bounced the day after");
      tables.recorder.record(story.subList(1, 5));
      assertEquals(List.of(), tables.log.page("acme", ALL, null, 100).messages());
      tables.recorder.record(story.subList(0, 1));
      assertEquals(1, tables.log.page("acme", ALL, null, 100).messages().size());
    }
    try (var tables = new Tables()) {
      List<String> story = Stories.story("queued, one delivered and one bounced the day after");
      tables.recorder.record(story.subList(0, 4));
      assertEquals(
          Outcome.QUEUED, tables.log.page("acme", ALL, null, 9).messages().getFirst().outcome());
    }
  }

  @Test
  void historyIsToldInTheOrderOfTime() {
    assertEquals(
        List.of("queued 3", "delivered 1", "attempt 2", "bounced 1", "delivered 1"),
        history("queued, one delivered and one bounced the day after"));
    assertEquals(
        List.of("queued 2", "delivered 1", "delivered 1"),
        history("one delivered at once, the other queued and then delivered"));
    assertEquals(
        List.of("refused 1", "queued 1", "dropped 1"),
        history("a recipient refused, the other dropped"));
    assertEquals(List.of("refused 1", "refused 1"), history("no recipient accepted"));
  }

  private static List<String> history(String name) {
    try (var tables = new Tables()) {
      List<String> story = new ArrayList<>(Stories.story(name));
      Collections.reverse(story);
      tables.recorder.record(story);
      String id = tables.log.page("acme", ALL, null, 9).messages().getFirst().id();
      var found = tables.log.find("acme", id);
      assertNotNull(found);
      assertNull(tables.log.find("other", id));
      return found.history().stream()
          .map(entry -> entry.what() + " " + entry.recipients().size())
          .toList();
    }
  }

  @Test
  void countsAreOfTheDayOnWhichAMessageWasTaken() {
    var day = LocalDate.parse("2026-11-27");
    try (var tables = new Tables()) {
      Stories.all().values().forEach(tables.recorder::record);
      assertEquals(
          Map.of(
              day.minusDays(1),
              Counts.NONE,
              day,
              new Counts(7, 11, 7 * 3145728L, 43, 1),
              day.plusDays(1),
              Counts.NONE),
          tables.usage.days("acme", null, day.minusDays(1), day.plusDays(1)));
      assertEquals(
          Map.of(day, new Counts(1, 1, 3145728, 0, 0)),
          tables.usage.days("acme", "copier", day, day));
    }
  }

  /** A relay of an earlier version doesn't say when: its MAIL is all that is known then. */
  @ParameterizedTest
  @CsvSource({"acceptedAt, 2026-11-27", "anything, 2026-11-26"})
  void aBounceIsOfTheDayOnWhichItsMessageWasTaken(String field, String day) {
    String line =
        """
        {"event":"bounced","at":"2026-11-29T00:03:00.000Z","line":"1k2j3h-5c",\
        "id":"mwy7sv88dddddddddd","smtpUser":"scanner-2f","accountId":"acme",\
        "recipients":["b@example.org"],"attempts":9,"reply":"550 5.1.1 No such mailbox",\
        "reportTo":null,"%s":"2026-11-27T00:00:00.090Z"}"""
            .formatted(field);
    var counted = LocalDate.parse(day);
    try (var tables = new Tables()) {
      tables.recorder.record(List.of(line));
      assertEquals(
          Map.of(counted, new Counts(0, 0, 0, 0, 1)),
          tables.usage.days("acme", null, counted, counted));
    }
  }

  @Test
  void withoutRetentionNothingIsKeptButCounts() {
    try (var tables = new Tables(0)) {
      Stories.all().values().forEach(tables.recorder::record);
      Stories.all().values().forEach(tables.recorder::record);
      assertEquals(List.of(), tables.all().get("Messages"));
      assertEquals(List.of(), tables.all().get("LastSeen"));
      var day = LocalDate.parse("2026-11-27");
      assertEquals(
          new Counts(7, 11, 7 * 3145728L, 43, 1),
          tables.usage.days("acme", null, day, day).get(day));
    }
  }

  @Test
  void whatIsNoLineForItIsPassedOver() {
    try (var tables = new Tables()) {
      List<String> lines =
          List.of(
              "",
              "Listening",
              "{",
              "[]",
              "{}",
              "{\"event\":\"message\"}",
              "{\"event\":\"message\",\"at\":\"yesterday\",\"line\":\"a-1\"}",
              "{\"event\":7}",
              "{\"event\":\"refused\",\"what\":\"mail\",\"line\":\"a-2\",\"smtpUser\":\"x y\"}",
              "{\"event\":\"bounced\",\"id\":\"1\",\"smtpUser\":null,\"accountId\":null}");
      assertEquals(0, tables.recorder.record(lines));
    }
  }
}
