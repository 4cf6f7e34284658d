package dev.ipauth.relay.operation;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class EventLogTest {
  private static final String STAMP =
      "\"at\":\"\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z\","
          + "\"line\":\"[0-9a-z]+-[0-9a-z]+\",";

  /** At the end: what waits is written, however busy this machine is. */
  private static final Duration TIMEOUT = Duration.ofMinutes(1);

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final Unwritten unwritten = new Unwritten();

  private static final class Unwritten implements EventLog.Watch {
    final AtomicLong lines = new AtomicLong();
    final AtomicLong refusals = new AtomicLong();

    @Override
    public void linesLost(long count) {
      lines.addAndGet(count);
    }

    @Override
    public void refusalsWithoutLine(long count) {
      refusals.addAndGet(count);
    }
  }

  private EventLog log(OutputStream to) {
    return new EventLog(to, unwritten, TIMEOUT, System::nanoTime);
  }

  /** As they were written, but for when and the names of the lines. */
  private List<String> lines() {
    return out.toString(UTF_8).lines().map(line -> line.replaceFirst(STAMP, "")).toList();
  }

  @Test
  void aMessageIsOneLineWithTheContractsFields() {
    try (var log = log(out)) {
      log.record(Events.accepted("Zt3k"));
    }
    assertEquals(
        List.of(
            """
            {"event":"message","id":"Zt3k","smtpUser":"scanner-2f","accountId":"acme",\
            "ip":"198.51.100.7","authenticatedBy":"ip","helo":"printer","tls":"TLSv1.3",\
            "mailFrom":"scans@example.com","recipients":["a@example.org","b@example.org"],\
            "bytes":3145728,"outcome":"delivered","reason":null,"reply":"250 2.0.0 queued as 7F","millis":412}\
            """),
        lines());
  }

  @Test
  void aRefusalIsOneLineWithItsReason() {
    try (var log = log(out)) {
      log.record(Events.refused("printer"));
    }
    assertEquals(
        List.of(
            """
            {"event":"refused","reason":"not-nominated","what":"mail","id":null,"smtpUser":null,\
            "accountId":null,"authenticatedBy":null,"ip":"198.51.100.7","helo":"printer",\
            "tls":null,"mailFrom":null,"recipients":[],\
            "reply":"530 5.7.0 Authentication required","times":1}\
            """),
        lines());
  }

  @Test
  void nothingFromOutsideBreaksALineOrATerminal() {
    String hostile = "a\r\n{\"event\":\"message\"}\u001b[2J\u0000\u009b\u2028\u202e\ud800 ü€";
    try (var log = log(out)) {
      log.record(Events.refused(hostile));
      log.record(Events.refused("x".repeat(100_000)));
    }
    assertEquals(2, lines().size());
    assertTrue(
        lines().getFirst().contains("\"helo\":\"a??{\\\"event\\\":\\\"message\\\"}?[2J????? ü€\""),
        () -> lines().getFirst());
    assertTrue(lines().get(1).length() < 2000, "a line as long as the device likes");
  }

  @Test
  void linesKeepTheirOrder() {
    try (var log = log(out)) {
      IntStream.range(0, 5000).forEach(i -> log.record(Events.accepted("id" + i)));
    }
    assertEquals(
        IntStream.range(0, 5000).mapToObj(i -> "id" + i).toList(),
        lines().stream().map(line -> line.replaceAll(".*\"id\":\"(\\w+)\".*", "$1")).toList());
    assertEquals(0, unwritten.lines.get());
  }

  @Test
  void theRelaysOwnWordsAreInTheSameStyle() {
    try (var log = log(out)) {
      log.note("started", Map.of("hostname", "relay.example.com"));
    }
    assertEquals(List.of("{\"event\":\"started\",\"hostname\":\"relay.example.com\"}"), lines());
  }

  @Test
  void whenNobodyReadsStandardOutputNothingWaitsAndTheLogSaysWhatIsMissing() {
    var writing = new CountDownLatch(1);
    var somebodyReads = new CountDownLatch(1);
    var stuck =
        new OutputStream() {
          @Override
          public void write(int octet) {
            throw new AssertionError("written through a buffer");
          }

          @Override
          public void write(byte[] octets, int from, int length) {
            writing.countDown();
            awaitUninterruptibly(somebodyReads);
            out.write(octets, from, length);
          }
        };
    try (var log = log(stuck)) {
      log.record(Events.accepted("first"));
      awaitUninterruptibly(writing);
      for (int i = 0; unwritten.lines.get() < 100; i++) {
        log.record(Events.accepted("id" + i));
      }
      somebodyReads.countDown();
    }
    assertTrue(
        lines().contains("{\"event\":\"lines-left-out\",\"count\":100}"), "nothing was said");
  }

  @Test
  @Timeout(20)
  void whenNobodyReadsStandardOutputTheRelayEndsAllTheSame() {
    var never = new CountDownLatch(1);
    var stuck =
        new OutputStream() {
          @Override
          public void write(int octet) {
            awaitUninterruptibly(never);
          }
        };
    var log = new EventLog(stuck, unwritten, Duration.ofMillis(50), System::nanoTime);
    while (unwritten.lines.get() == 0) {
      log.record(Events.accepted("id"));
    }
    log.close();
    never.countDown();
  }

  @Test
  void aClosedStandardOutputHarmsNobody() {
    var closed =
        new OutputStream() {
          @Override
          public void write(int octet) throws IOException {
            throw new IOException("broken pipe");
          }
        };
    try (var log = log(closed)) {
      log.record(Events.accepted("a"));
      log.record(Events.accepted("b"));
    }
    assertTrue(unwritten.lines.get() > 0, "and nobody was told");
  }

  @Test
  void whatIsLostIsCountedLineByLineAndTheNextLineIsWhole() {
    var writing = new CountDownLatch(1);
    var bothWait = new CountDownLatch(1);
    var unreliable =
        new OutputStream() {
          private int writes;

          @Override
          public void write(int octet) {
            out.write(octet);
          }

          @Override
          public void write(byte[] octets, int from, int length) throws IOException {
            switch (writes++) {
              case 0 -> {
                writing.countDown();
                awaitUninterruptibly(bothWait);
                out.write(octets, from, length);
              }
              case 1 -> {
                out.write(octets, from, 10);
                throw new IOException("no space left on device");
              }
              default -> out.write(octets, from, length);
            }
          }
        };
    try (var log = log(unreliable)) {
      log.record(Events.accepted("first"));
      awaitUninterruptibly(writing);
      log.record(Events.accepted("a"));
      log.record(Events.accepted("b"));
      bothWait.countDown();
      await(() -> unwritten.lines.get() > 0);
      log.record(Events.accepted("c"));
    }
    assertEquals(2, unwritten.lines.get());
    assertEquals(3, lines().size(), lines()::toString);
    assertTrue(lines().getLast().contains("\"id\":\"c\""), lines()::toString);
  }

  @Test
  void linesThatWaitAreBoundedInOctetsToo() {
    var somebodyReads = new CountDownLatch(1);
    var stuck =
        new OutputStream() {
          @Override
          public void write(int octet) {
            awaitUninterruptibly(somebodyReads);
          }
        };
    var log = new EventLog(stuck, unwritten, Duration.ofMillis(50), System::nanoTime);
    for (int i = 0; i < 6_000; i++) {
      log.record(Events.refused("x".repeat(4_096)));
    }
    somebodyReads.countDown();
    log.close();
    assertTrue(unwritten.lines.get() > 500, () -> unwritten.lines.get() + " lost of 27 MB");
  }

  @Test
  void noTwoLinesOfAnyRelaysHaveOneName() {
    for (int relay = 0; relay < 2; relay++) {
      try (var log = log(out)) {
        IntStream.range(0, 100).forEach(i -> log.record(Events.accepted("id" + i)));
        log.note("started", Map.of());
      }
    }
    var names =
        out.toString(UTF_8)
            .lines()
            .map(line -> line.replaceFirst(".*\"line\":\"([^\"]+)\".*", "$1"))
            .collect(Collectors.toSet());
    assertEquals(202, names.size());
  }

  @Test
  void refusalsThatRepeatAreOneLineAtTheEnd() {
    LongSupplier noTimePasses = () -> 0;
    try (var log = new EventLog(out, unwritten, TIMEOUT, noTimePasses)) {
      for (int i = 0; i < 5_000; i++) {
        log.record(Events.refused("printer"));
      }
    }
    assertEquals(11, lines().size());
    assertTrue(lines().getLast().endsWith("\"times\":4990}"), lines()::toString);
    assertEquals(4_990, unwritten.refusals.get());
    assertEquals(0, unwritten.lines.get());
  }

  private static void await(BooleanSupplier holds) {
    while (!holds.getAsBoolean()) {
      Thread.onSpinWait();
    }
  }

  private static void awaitUninterruptibly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
