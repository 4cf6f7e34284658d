package dev.ipauth.relay.operation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ipauth.relay.fault.Cause;
import dev.ipauth.relay.queue.MailQueue;
import dev.ipauth.relay.queue.QueueEvents;
import dev.ipauth.relay.queue.QueueEvents.Alarm;
import dev.ipauth.tables.QueuedMessage;
import dev.ipauth.tables.QueuedMessage.Mark;
import dev.ipauth.tables.QueuedMessage.Progress;
import dev.ipauth.tables.QueuedMessage.Recipient;
import dev.ipauth.tables.QueuedMessage.Recipient.State;
import dev.ipauth.tables.QueuedMessage.Sender;
import dev.ipauth.tables.QueuedMessage.Text;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The lines that the queue leaves behind, field by field. */
class QueueLogTest {
  private static final Instant TAKEN = Instant.parse("2026-11-27T10:00:00Z");
  private static final Recipient BOSS =
      new Recipient("boss@example.net", null, null, State.WAITING, "451 4.3.0 later");

  private final QueuedMessage message =
      new QueuedMessage(
          "abc123",
          "acme",
          "scanner",
          new Sender("scans@example.com", false, false, null, null),
          List.of(BOSS),
          new Text(100, 0),
          null,
          TAKEN,
          new Progress(2, TAKEN.plusSeconds(180), null, "451 4.3.0 later", false),
          3,
          Mark.NONE);

  @Test
  void anAttemptThatLeavesRecipients() {
    assertEquals(
        List.of(
            "accountId=acme attempt=2 event=attempt id=abc123 next=2026-11-27T10:03:00.000Z"
                + " recipients=boss@example.net reply=451 4.3.0 later smtpUser=scanner"),
        lines(
            log -> log.attempt(message, List.of(BOSS), "451 4.3.0 later", TAKEN.plusSeconds(180))));
  }

  @Test
  void whatIsDelivered() {
    assertEquals(
        List.of(
            "accountId=acme attempts=2 event=delivered id=abc123 millis=90000"
                + " recipients=boss@example.net reply=250 2.0.0 OK smtpUser=scanner"),
        lines(
            log ->
                log.delivered(
                    message,
                    List.of(BOSS.now(State.DELIVERED, "250 2.0.0 OK")),
                    TAKEN.plusSeconds(90))));
  }

  @Test
  void nothingIsDeliveredBeforeItWasTakenThoughTheClockWasSetBack() {
    assertEquals(
        List.of(
            "accountId=acme attempts=2 event=delivered id=abc123 millis=0"
                + " recipients=boss@example.net reply=250 2.0.0 OK smtpUser=scanner"),
        lines(
            log ->
                log.delivered(
                    message,
                    List.of(BOSS.now(State.DELIVERED, "250 2.0.0 OK")),
                    TAKEN.minusSeconds(86_400))));
  }

  @Test
  void whatBouncesAndWhoIsTold() {
    List<Recipient> bounced = List.of(BOSS.now(State.BOUNCED, "550 5.1.1 no"));
    assertEquals(
        List.of(
            "acceptedAt=2026-11-27T10:00:00.000Z accountId=acme attempts=2 event=bounced id=abc123 recipients=boss@example.net"
                + " reply=550 5.1.1 no reportTo=it@example.com smtpUser=scanner",
            "acceptedAt=2026-11-27T10:00:00.000Z accountId=acme attempts=2 event=bounced id=abc123 recipients=boss@example.net"
                + " reply=550 5.1.1 no reportTo=null smtpUser=scanner"),
        lines(
            log -> {
              log.bounced(message, bounced, "it@example.com");
              log.bounced(message, bounced, null);
            }));
  }

  @Test
  void whatIsDropped() {
    assertEquals(
        List.of(
            "accountId=acme by=operator event=dropped id=abc123 recipients=boss@example.net"
                + " smtpUser=scanner"),
        lines(log -> log.dropped(message, "operator")));
  }

  @Test
  void anAlarmIsSaidOnceAtItsBeginningAndOnceAtItsEnd() {
    assertEquals(
        List.of("event=alarm what=operator-fault", "event=alarm over=true what=operator-fault"),
        lines(
            log -> {
              log.alarm(Alarm.OPERATOR_FAULT, true);
              log.alarm(Alarm.OPERATOR_FAULT, false);
              log.alarm(Alarm.OPERATOR_FAULT, false);
              log.alarm(Alarm.OPERATOR_FAULT, true);
              log.alarm(Alarm.OPERATOR_FAULT, true);
            }));
  }

  @Test
  void aLineAMinuteWhileThereIsSomethingToTell() {
    assertEquals(
        List.of(
            "alarms= bytes=100 event=queue messages=1 oldestSeconds=60",
            "event=alarm what=next-hop-down",
            "event=set-aside id=abc123 why=its text is missing",
            "event=alarm what=set-aside",
            "alarms=next-hop-down set-aside bytes=0 event=queue messages=0 oldestSeconds=0"),
        lines(
            log -> {
              log.counted(new MailQueue.Kept(1, 100, 0, Duration.ofMinutes(1), 0));
              log.counted(new MailQueue.Kept(0, 0, 0, Duration.ZERO, 0));
              log.alarm(Alarm.NEXT_HOP_DOWN, false);
              log.setAside("abc123", "its text is missing");
              log.counted(new MailQueue.Kept(0, 0, 0, Duration.ZERO, 1));
            }));
  }

  @Test
  void troubleIsToldWithoutNamesOfClasses() {
    var full = new IOException("The text can't be put into the bucket b", new IOException("away"));
    assertEquals("The text can't be put into the bucket b: away", Cause.inWords(full));
    assertEquals(
        "away (try 3)", Cause.inWords(new IOException("away (try 3)", new IOException("away"))));
    assertEquals("/q isn't there", Cause.inWords(new NoSuchFileException("/q")));
    assertEquals(
        "/q may not be used by this process", Cause.inWords(new AccessDeniedException("/q")));
    assertEquals("no details are known", Cause.inWords(new IllegalStateException()));
  }

  /** Between a beginning and its end nobody needs to guess whether the trouble goes on. */
  @Test
  void whatTheQueueNeedsIsSaidToBeAwayOnceAndToBeBackOnce() {
    List<String> said =
        lines(
            log -> {
              log.table().worked();
              log.texts().failed("no space is left");
              log.table().failed("DynamoDB doesn't answer in time.");
              log.table().failed("DynamoDB doesn't answer in time.");
              log.texts().failed("no space is left");
              log.table().worked();
              log.texts().worked();
              log.texts().worked();
            });
    assertEquals(
        List.of(
            "event=unavailable what=queue-texts why=no space is left",
            "event=unavailable what=queue-table why=DynamoDB doesn't answer in time.",
            "event=available-again failures=2 what=queue-table",
            "event=available-again failures=2 what=queue-texts"),
        said.stream().map(line -> line.replaceAll(" millis=\\d+", "")).toList());
  }

  /** A table that is away is trouble for each message. */
  @Test
  void troubleOfOneKindIsALineAMinute() {
    var said = new ArrayList<String>();
    var metrics = new Metrics();
    try (var log = new EventLog(OutputStream.nullOutputStream(), metrics)) {
      var queue =
          new QueueLog(
              log,
              new SimpleMeterRegistry(),
              metrics.dependency("queue-table", log),
              metrics.dependency("queue-texts", log),
              said::add);
      for (int i = 0; i < 100; i++) {
        queue.trouble("A message can't be kept", new IOException("away"));
        queue.trouble("A digest of " + i + " reports can't be kept", new IOException("away"));
      }
    }
    assertEquals(
        List.of("A message can't be kept: away", "A digest of 0 reports can't be kept: away"),
        said);
  }

  /** Their fields in alphabetical order, but those that every line has. */
  private static List<String> lines(Consumer<QueueEvents> said) {
    var out = new ByteArrayOutputStream();
    var metrics = new Metrics();
    try (var log = new EventLog(out, metrics, Duration.ofMinutes(1), System::nanoTime)) {
      said.accept(metrics.queue(log));
    }
    List<String> lines = out.toString(StandardCharsets.UTF_8).lines().toList();
    lines.forEach(
        line -> {
          assertTrue(line.contains("\"at\":\""), line);
          assertTrue(line.contains("\"line\":\""), line);
        });
    return lines.stream().map(QueueLogTest::fields).toList();
  }

  private static String fields(String line) {
    var fields = new TreeMap<String, String>();
    var pairs = Pattern.compile("\"(\\w+)\":(\"[^\"]*\"|\\[[^]]*]|[^,}]*)").matcher(line);
    while (pairs.find()) {
      fields.put(pairs.group(1), pairs.group(2).replaceAll("[\\[\\]\"]", ""));
    }
    fields.remove("at");
    fields.remove("line");
    return fields.entrySet().stream()
        .map(field -> field.getKey() + "=" + field.getValue())
        .collect(Collectors.joining(" "));
  }
}
