package dev.ipauth.functions.messages;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.ipauth.tables.PasswordHash;
import dev.ipauth.tables.SmtpUser;
import dev.ipauth.tables.Username;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is last seen of an SMTP user, in whatever order the lines came. */
class LastSeenTest {
  private static final Instant LONG_AGO = Instant.parse("2026-01-01T00:00:00Z");

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "delivered at once                                             | delivered 250 2.0.0 OK",
        "refused by the next hop at the end                            | refused 554 5.6.0 No",
        "queued, then delivered                                        | delivered 250 2.0.0 OK",
        "queued, one delivered and one bounced the day after           | bounced 550 5.1.1 No such mailbox",
        "one delivered at once, the other queued and then delivered    | delivered 250 2.0.0 Accepted",
        "a recipient refused, the other dropped                        | dropped 250 2.0.0 Queued as mwytdmyoeeeeeeeeee",
        "no recipient accepted                                         | refused 550 5.1.1 No such mailbox",
        "refused outside of a transaction                              | refused 421 4.7.0 Too many errors, closing",
        "failed passwords                                              | refused 535 5.7.8 Authentication credentials invalid"
      })
  void isTheNewestWithItsLatestOutcome(String story, String seen) {
    List<String> lines = Stories.story(story);
    assertEquals(seen, seenAfter(lines));
    List<String> reversed = new ArrayList<>(lines);
    Collections.reverse(reversed);
    assertEquals(seen, seenAfter(reversed));
  }

  private static @Nullable String seenAfter(List<String> lines) {
    try (var tables = new Tables()) {
      lines.forEach(line -> tables.recorder.record(List.of(line)));
      LastSeen.Seen seen = tables.lastSeen.of(user("scanner-2f", "acme", LONG_AGO));
      return seen == null ? null : seen.outcome().word() + " " + seen.reply();
    }
  }

  private static SmtpUser user(String name, String account, Instant createdAt) {
    return new SmtpUser(
        new Username(name),
        account,
        SmtpUser.Profile.NEW,
        new SmtpUser.Password(new PasswordHash("-".repeat(44)), createdAt),
        null,
        null,
        createdAt,
        1);
  }

  /** As the list of messages has it. */
  @Test
  void saysOfEveryUserWhatTheNewestMessageSays() {
    try (var tables = new Tables()) {
      Stories.all().values().forEach(tables.recorder::record);
      for (String name : List.of("scanner-2f", "copier")) {
        var all = new MessageLog.Filter(name, Set.of(), null, null);
        LoggedMessage newest = tables.log.page("acme", all, null, 1).messages().getFirst();
        assertEquals(
            new LastSeen.Seen(
                newest.at(),
                newest.ip(),
                newest.authenticatedBy(),
                newest.helo(),
                newest.tls(),
                newest.mailFrom(),
                newest.outcome(),
                newest.reply()),
            tables.lastSeen.of(user(name, "acme", LONG_AGO)),
            name);
      }
    }
  }

  @Test
  void isOfThisUserOnlyAndNotOfAnEarlierOneOfItsName() {
    try (var tables = new Tables()) {
      tables.recorder.record(Stories.story("delivered at once"));
      assertNull(tables.lastSeen.of(user("scanner-2f", "acme", Tables.NOW)));
      assertNull(tables.lastSeen.of(user("scanner-2f", "stranger", LONG_AGO)));
      assertNull(tables.lastSeen.of(user("scanner", "acme", LONG_AGO)));
      assertEquals(
          Set.of("scanner-2f"),
          tables
              .lastSeen
              .of(List.of(user("scanner-2f", "acme", LONG_AGO), user("idle", "acme", LONG_AGO)))
              .keySet());
      assertEquals(Map.of(), tables.lastSeen.of(List.of()));
    }
  }
}
