package dev.ipauth.functions.messages;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ipauth.tables.MessageId;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whoever follows the pages sees every message once, the newest first, whatever was asked for. */
class ListingTest {
  private static final int MESSAGES = 300;
  private static final int OF_BUSY = 900;
  private static final int USERS = 20;
  private static final List<Outcome> OUTCOMES = List.of(Outcome.values());
  private static final Instant FIRST = Tables.NOW.minusSeconds(86_400);
  private static final Comparator<Sent> NEWEST_FIRST = Comparator.comparing(Sent::id).reversed();

  private static final long SEED = new Random().nextLong();
  private static final Random RANDOM = new Random(SEED);
  private static final List<Sent> SENT = new ArrayList<>();
  private static final Tables TABLES = new Tables();

  private record Sent(String id, Instant at, String username, Outcome outcome) {}

  /** An account with twenty SMTP users and a busy one, and another account among them. */
  @BeforeAll
  static void send() {
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < MESSAGES; i++) {
      String user = "user-" + RANDOM.nextInt(USERS);
      Outcome outcome = OUTCOMES.get(RANDOM.nextInt(OUTCOMES.size()));
      Sent sent = sent(FIRST.plusSeconds(RANDOM.nextInt(80_000)), lines.size(), user, outcome);
      SENT.add(sent);
      lines.addAll(lines(sent, "acme"));
      lines.addAll(lines(sent(sent.at(), lines.size(), user, outcome), "other"));
      // Nobody knows how it was taken, so it isn't shown.
      lines.add(later(sent(sent.at(), lines.size(), user, Outcome.BOUNCED), "acme"));
    }
    for (int i = 0; i < OF_BUSY; i++) {
      Outcome outcome = i < 3 ? Outcome.DROPPED : Outcome.DELIVERED;
      Sent sent = sent(FIRST.plusSeconds(90L * i), lines.size(), "busy", outcome);
      SENT.add(sent);
      lines.addAll(lines(sent, "acme"));
    }
    TABLES.recorder.record(lines);
  }

  @AfterAll
  static void close() {
    TABLES.close();
  }

  private static Sent sent(Instant at, int number, String username, Outcome outcome) {
    return new Sent(MessageId.begunAt(at.toEpochMilli(), number), at, username, outcome);
  }

  private static List<String> lines(Sent sent, String account) {
    boolean isLater = sent.outcome() == Outcome.BOUNCED || sent.outcome() == Outcome.DROPPED;
    String taken =
        """
        {"event":"message","at":"%s","line":"%s-0","id":"%s","smtpUser":"%s","accountId":"%s",\
        "ip":"198.51.100.7","recipients":["a@x.example"],"bytes":7,"outcome":"%s","reply":"250 OK"}"""
            .formatted(
                sent.at(),
                sent.id(),
                sent.id(),
                sent.username(),
                account,
                isLater ? "queued" : sent.outcome().word());
    return isLater ? List.of(taken, later(sent, account)) : List.of(taken);
  }

  private static String later(Sent sent, String account) {
    return """
        {"event":"%s","at":"%s","line":"%s-1","id":"%s","smtpUser":"%s","accountId":"%s",\
        "recipients":["a@x.example"],"attempts":2,"reply":"said"}"""
        .formatted(
            sent.outcome().word(), sent.at(), sent.id(), sent.id(), sent.username(), account);
  }

  @ParameterizedTest
  @CsvSource(
      nullValues = "-",
      delimiter = '|',
      value = {
        // limit | username | outcomes      | from, until: seconds after the first
        "  1     | -        | -             | -     | 20000",
        "  7     | -        | -             | -     | -",
        "100     | -        | -             | -     | -",
        "  1     | user-3   | -             | -     | -",
        "  7     | user-3   | -             | -     | -",
        "100     | user-3   | -             | -     | -",
        "  7     | busy     | -             | -     | -",
        "100     | busy     | dropped       | -     | -",
        "  1     | -        | dropped       | -     | -",
        "  7     | -        | dropped       | -     | -",
        "100     | -        | dropped       | -     | -",
        "  7     | -        | queued bounced| -     | -",
        "100     | -        | refused       | -     | -",
        "  7     | -        | -             | 40000 | -",
        "  7     | -        | -             | 40000 | 50000",
        "100     | user-7   | delivered     | 20000 | 60000",
        "  7     | -        | -             | 50000 | 40000",
        "  7     | nobody   | -             | -     | -"
      })
  void theWalkIsTheSortedList(
      int limit,
      @Nullable String username,
      @Nullable String outcomes,
      @Nullable Integer from,
      @Nullable Integer until) {
    var filter = new MessageLog.Filter(username, outcomes(outcomes), time(from), time(until));
    List<String> expected =
        SENT.stream()
            .filter(one -> isAskedFor(one, filter))
            .sorted(NEWEST_FIRST)
            .map(Sent::id)
            .toList();

    assertEquals(expected, walk(filter, limit), () -> "seed " + SEED);
  }

  private static Set<Outcome> outcomes(@Nullable String words) {
    return words == null
        ? Set.of()
        : Arrays.stream(words.split(" "))
            .map(word -> Outcome.of(word).orElseThrow())
            .collect(Collectors.toCollection(() -> EnumSet.noneOf(Outcome.class)));
  }

  private static @Nullable Instant time(@Nullable Integer seconds) {
    return seconds == null ? null : FIRST.plusSeconds(seconds);
  }

  private static boolean isAskedFor(Sent one, MessageLog.Filter filter) {
    return (filter.username() == null || filter.username().equals(one.username()))
        && (filter.outcomes().isEmpty() || filter.outcomes().contains(one.outcome()))
        && (filter.from() == null || !one.at().isBefore(filter.from()))
        && (filter.until() == null || one.at().isBefore(filter.until()));
  }

  private static List<String> walk(MessageLog.Filter filter, int limit) {
    List<String> ids = new ArrayList<>();
    String after = null;
    do {
      MessageLog.Found page = TABLES.log.page("acme", filter, after, limit);
      assertTrue(page.messages().size() <= limit, () -> page.messages().size() + " on a page");
      page.messages().forEach(message -> ids.add(message.id()));
      after = page.next();
    } while (after != null);
    return ids;
  }

  /** A rare outcome behind many others: the page ends before the list does, and says so. */
  @Test
  void aPageIsShortRatherThanLookedForWithoutEnd() {
    var dropped = new MessageLog.Filter(null, Set.of(Outcome.DROPPED), FIRST, null);
    List<MessageLog.Found> pages = new ArrayList<>();
    String after = null;
    do {
      pages.add(TABLES.log.page("acme", dropped, after, 100));
      after = pages.getLast().next();
    } while (after != null);

    assertTrue(
        pages.stream().anyMatch(page -> page.messages().size() < 100 && page.next() != null),
        () -> "seed " + SEED);
  }

  /** A row may be large, so little more is read than a page shows, of many users as of one. */
  @ParameterizedTest
  @CsvSource(
      nullValues = "-",
      value = {"1, -, 100", "25, -, 300", "100, -, 800", "25, busy, 510", "100, busy, 510"})
  void aPageReadsLittleMoreThanItShows(int limit, @Nullable String username, int most) {
    var count = new QueryCount();
    var log =
        new MessageLog(
            count.of(TABLES.client),
            Tables.NAMES,
            new MessageRetention(Duration.ofDays(30)),
            Clock.fixed(Tables.NOW, ZoneOffset.UTC));
    var filter = new MessageLog.Filter(username, Set.of(), FIRST, null);
    String next = null;
    for (int page = 0; page < 5; page++) {
      count.reset();
      MessageLog.Found found = log.page("acme", filter, next, limit);
      assertEquals(limit, found.messages().size());
      assertTrue(
          count.rows() <= most,
          () -> count.rows() + " rows were read for " + limit + ", seed " + SEED);
      next = found.next();
    }
  }
}
