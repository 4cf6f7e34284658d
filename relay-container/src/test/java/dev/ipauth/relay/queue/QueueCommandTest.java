package dev.ipauth.relay.queue;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ipauth.tables.QueueDrop.By;
import dev.ipauth.tables.QueueRows;
import dev.ipauth.tables.QueuedMessage;
import dev.ipauth.tables.QueuedMessage.Lease;
import dev.ipauth.tables.QueuedMessage.Mark;
import dev.ipauth.tables.QueuedMessage.Progress;
import dev.ipauth.tables.QueuedMessage.Sender;
import dev.ipauth.tables.QueuedMessage.Text;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

class QueueCommandTest {
  private static final Instant NOW = Messages.TAKEN.plusSeconds(3725);

  private final FakeQueueTable table = new FakeQueueTable();
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  @Test
  void aLineForEachTheOldestFirst() {
    keep("later", "scanner", Messages.TAKEN.plusSeconds(5), null, "451 4.4.1 away");
    keep("first", "printer", Messages.TAKEN, null, "451 4.4.1 away");

    assertEquals(0, run("list"));
    assertEquals(
        """
        first\tPT1H2M5S\tprinter\tscans@example.com\t1\t1\t2026-11-27T10:01:00Z\t451 4.4.1 away
        later\tPT1H2M\tscanner\tscans@example.com\t1\t1\t2026-11-27T10:01:05Z\t451 4.4.1 away
        """,
        out.toString(UTF_8));
  }

  @Test
  void nothingIsYoungerThanZeroThoughTheClockWasSetBack() {
    keep("ahead", "scanner", NOW.plusSeconds(86_400), null, null);

    assertEquals(0, run("list"));
    assertTrue(out.toString(UTF_8).startsWith("ahead\tPT0S\t"), out.toString(UTF_8));
  }

  @Test
  void whatIsUnderWaySetAsideOrTheRelaysOwnIsToldApart() {
    keep("leased", "scanner", Messages.TAKEN, leaseUntil(NOW.plusSeconds(1)), "451 4.4.1 away");
    keep("lapsed", "scanner", Messages.TAKEN.plusSeconds(1), leaseUntil(NOW), "451 4.4.1 away");
    keep("report", null, Messages.TAKEN.plusSeconds(2), null, null);
    keep("aside", "scanner", Messages.TAKEN.plusSeconds(3), null, "451 4.4.1 away");
    table.setAside(row("aside"), "its text is missing");
    keep("gone", "scanner", Messages.TAKEN.plusSeconds(4), null, null);
    table.drop("gone", By.ACCOUNT, NOW);

    assertEquals(0, run("list"));
    assertEquals(
        """
        leased\tPT1H2M5S\tscanner\tscans@example.com\t1\t1\tunder way\t451 4.4.1 away
        lapsed\tPT1H2M4S\tscanner\tscans@example.com\t1\t1\t2026-11-27T10:01:01Z\t451 4.4.1 away
        report\tPT1H2M3S\t-\t<>\t1\t1\t2026-11-27T10:01:02Z\t-
        aside\tPT1H2M2S\tscanner\tscans@example.com\t1\t1\tset aside\tits text is missing
        """,
        out.toString(UTF_8));
  }

  @Test
  void aReplyCannotForgeALine() {
    keep("one", "scanner", Messages.TAKEN, null, "451 a\nforged\tfield\u001b[2J\u0085");

    assertEquals(0, run("list"));
    String line = out.toString(UTF_8);
    assertEquals(8, line.split("\t", -1).length, line);
    assertEquals(1, line.chars().filter(c -> Character.isISOControl(c) && c != '\t').count(), line);
  }

  @Test
  void aDamagedRowIsListedAndCanBeDropped() {
    keep("sound", "scanner", Messages.TAKEN, null, null);
    damage("bad");

    assertEquals(0, run("list"));
    assertTrue(out.toString(UTF_8).contains("bad\t-\t-\t-\t-\t-\tset aside\t"));
    assertTrue(out.toString(UTF_8).contains("sound\t"));

    assertEquals(1, run("retry", "bad"));
    assertTrue(err.toString(UTF_8).startsWith("bad: can only be dropped: "));

    assertEquals(0, run("drop", "bad"));
    assertTrue(Objects.requireNonNull(table.rows.get("bad")).containsKey(QueueRows.DROPPED_BY));
    out.reset();
    assertEquals(0, run("list"));
    assertFalse(out.toString(UTF_8).contains("bad"));
    assertEquals(1, run("drop", "bad"));
  }

  @Test
  void aDamagedRowKeepsNoOtherFromItsRetry() {
    damage("bad");
    keep("first", "scanner", NOW.plusSeconds(900), null, null);
    keep("last", "scanner", NOW.plusSeconds(900), null, null);

    assertEquals(1, run("retry", "first", "bad", "last"));
    for (String id : List.of("first", "last")) {
      assertEquals(NOW, row(id).progress().due());
    }
    assertEquals(1, err.toString(UTF_8).lines().count());
  }

  @Test
  void retryBringsForwardToNowAndTakesUpWhatWasSetAside() {
    keep("waiting", "scanner", NOW.plusSeconds(900), null, null);
    keep("aside", "scanner", Messages.TAKEN, null, null);
    table.setAside(row("aside"), "an attempt failed");

    assertEquals(0, run("retry", "waiting", "aside"));
    for (String id : List.of("waiting", "aside")) {
      assertEquals(NOW, row(id).progress().due());
      assertEquals(Mark.NONE, row(id).mark());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"retry", "drop"})
  void whatIsUnderWayIsLeftToItsAttempt(String verb) {
    keep("leased", "scanner", Messages.TAKEN, leaseUntil(NOW.plusSeconds(1)), null);
    QueuedMessage before = row("leased");

    assertEquals(1, run(verb, "leased"));
    assertEquals("leased: under way; try again in a moment\n", err.toString(UTF_8));
    assertEquals(before, row("leased"));
  }

  /** An attempt that takes its lease between the reading and the writing. */
  @Test
  void retryLosesToAnAttemptThatBeginsMeanwhile() {
    keep("due", "scanner", Messages.TAKEN, null, null);
    table.beforeWrite =
        () -> {
          table.beforeWrite = () -> {};
          QueuedMessage read = row("due");
          table.move(read, read.moved(read.progress().leased(leaseUntil(NOW.plusSeconds(900)))));
        };

    assertEquals(1, run("retry", "due"));
    assertTrue(row("due").isUnderWay(NOW));
    assertEquals("due: under way; try again in a moment\n", err.toString(UTF_8));
  }

  @ParameterizedTest
  @ValueSource(strings = {"retry", "drop"})
  void theOthersAreDoneThoughOneIsUnknownOrDropped(String verb) {
    keep("a", "scanner", NOW, null, null);
    keep("dropped", "scanner", NOW, null, null);
    table.drop("dropped", By.ACCOUNT, NOW);
    keep("b", "scanner", NOW, null, null);
    List<Long> versions = List.of(row("a").version(), row("b").version());

    assertEquals(1, run(verb, "a", "unknown", "dropped", "b"));
    assertEquals(
        """
        unknown: no such message in the queue
        dropped: no such message in the queue
        """,
        err.toString(UTF_8));
    assertNotEquals(versions.getFirst(), row("a").version());
    assertNotEquals(versions.getLast(), row("b").version());
  }

  @Test
  void dropOfAUserGivesUpAllThatIsItsAndNothingElse() {
    keep("a", "scanner", NOW, null, null);
    keep("b", "Scanner", NOW, null, null);
    keep("report", null, NOW, null, null);
    keep("c", "scanner", NOW, null, null);

    assertEquals(0, run("drop", "--user", "scanner"));
    assertEquals("a\tdropped\nc\tdropped\n", sorted(out.toString(UTF_8)));
    assertEquals("operator", row("a").mark().droppedBy());
    for (String id : List.of("b", "report")) {
      assertNull(row(id).mark().droppedBy(), id);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "lists",
        "list all",
        "retry",
        "retry --all",
        "drop",
        "drop --user",
        "drop --user a b",
        "drop --users a"
      })
  void whatIsNotUnderstoodChangesNothing(String words) {
    keep("a", "scanner", NOW, null, null);
    QueuedMessage before = row("a");

    assertEquals(2, run(words.isEmpty() ? new String[0] : words.split(" ", -1)));
    assertEquals(QueueCommand.USAGE, err.toString(UTF_8));
    assertEquals(before, row("a"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"list", "retry a", "drop a", "drop --user scanner"})
  void aTableThatIsAwayIsASentence(String words) {
    table.isAway = true;

    assertEquals(1, run(words.split(" ", -1)));
    assertEquals("The queue's table can't be reached: The table is away\n", err.toString(UTF_8));
  }

  private int run(String... words) {
    out.reset();
    err.reset();
    var command =
        new QueueCommand(
            table, () -> NOW, new PrintStream(out, true, UTF_8), new PrintStream(err, true, UTF_8));
    return command.run(List.of(words));
  }

  /** Keeps a message that was accepted then, and is due a minute later. */
  private void keep(
      String id,
      @Nullable String user,
      Instant acceptedAt,
      @Nullable Lease lease,
      @Nullable String lastReply) {
    table.put(
        new QueuedMessage(
            id,
            user == null ? null : "acme",
            user,
            new Sender(user == null ? "" : "scans@example.com", false, false, null, null),
            List.of(Messages.recipient("a@example.net", null)),
            new Text(0, 0),
            null,
            acceptedAt,
            new Progress(1, acceptedAt.plusSeconds(60), lease, lastReply, false),
            1,
            Mark.NONE));
  }

  private void damage(String id) {
    keep(id, "scanner", Messages.TAKEN, null, null);
    table.rows.computeIfPresent(
        id,
        (_, row) -> {
          var damaged = new HashMap<>(row);
          damaged.put("recipients", AttributeValue.fromS("nobody"));
          return damaged;
        });
  }

  private static Lease leaseUntil(Instant until) {
    return new Lease("another relay/1", until);
  }

  private QueuedMessage row(String id) {
    return table.read(id).orElseThrow();
  }

  private static String sorted(String lines) {
    return lines.lines().sorted().map(line -> line + "\n").reduce("", String::concat);
  }
}
