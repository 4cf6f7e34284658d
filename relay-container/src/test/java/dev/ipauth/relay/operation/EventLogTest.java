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
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class EventLogTest {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final AtomicLong lost = new AtomicLong();

  private List<String> lines() {
    return out.toString(UTF_8).lines().toList();
  }

  @Test
  void aMessageIsOneLineWithTheContractsFields() {
    try (var log = new EventLog(out, lost::addAndGet)) {
      log.record(Events.accepted("Zt3k"));
    }
    assertEquals(
        List.of(
            """
            {"event":"message","id":"Zt3k","smtpUser":"scanner-2f","accountId":"acme",\
            "ip":"198.51.100.7","authenticatedBy":"ip","helo":"printer","tls":"TLSv1.3",\
            "mailFrom":"scans@example.com","recipients":["a@example.org","b@example.org"],\
            "bytes":3145728,"reply":"250 2.0.0 queued as 7F","millis":412}"""),
        lines());
  }

  @Test
  void aRefusalIsOneLineWithItsReason() {
    try (var log = new EventLog(out, lost::addAndGet)) {
      log.record(Events.refused("printer"));
    }
    assertEquals(
        List.of(
            """
            {"event":"refused","reason":"not-nominated","id":null,"smtpUser":null,\
            "ip":"198.51.100.7","helo":"printer","tls":null,"mailFrom":null,\
            "reply":"530 5.7.0 Authentication required"}"""),
        lines());
  }

  @Test
  void nothingFromOutsideBreaksALineOrATerminal() {
    String hostile = "a\r\n{\"event\":\"message\"}\u001b[2J\u0000\u009b\u2028\u202e\ud800 ü€";
    try (var log = new EventLog(out, lost::addAndGet)) {
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
    try (var log = new EventLog(out, lost::addAndGet)) {
      IntStream.range(0, 5000).forEach(i -> log.record(Events.accepted("id" + i)));
    }
    assertEquals(
        IntStream.range(0, 5000).mapToObj(i -> "id" + i).toList(),
        lines().stream().map(line -> line.replaceAll(".*\"id\":\"(\\w+)\".*", "$1")).toList());
    assertEquals(0, lost.get());
  }

  @Test
  void theRelaysOwnWordsAreInTheSameStyle() {
    try (var log = new EventLog(out, lost::addAndGet)) {
      log.note("started", Map.of("hostname", "relay.example.com"));
    }
    assertEquals(List.of("{\"event\":\"started\",\"hostname\":\"relay.example.com\"}"), lines());
  }

  @Test
  void whenNobodyReadsStandardOutputNothingWaitsAndTheLogSaysWhatIsMissing() {
    var somebodyReads = new CountDownLatch(1);
    var stuck =
        new OutputStream() {
          @Override
          public void write(int octet) {
            throw new AssertionError("written through a buffer");
          }

          @Override
          public void write(byte[] octets, int from, int length) {
            awaitUninterruptibly(somebodyReads);
            out.write(octets, from, length);
          }
        };
    try (var log = new EventLog(stuck, lost::addAndGet)) {
      for (int i = 0; lost.get() < 100; i++) {
        log.record(Events.accepted("id" + i));
      }
      somebodyReads.countDown();
    }
    assertTrue(
        lines().contains("{\"event\":\"lines-left-out\",\"count\":\"100\"}"), "nothing was said");
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
    var log = new EventLog(stuck, lost::addAndGet, Duration.ofMillis(50));
    while (lost.get() == 0) {
      log.record(Events.accepted("id"));
    }
    log.close();
    assertEquals(1, lost.get());
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
    try (var log = new EventLog(closed, lost::addAndGet)) {
      log.record(Events.accepted("a"));
      log.record(Events.accepted("b"));
    }
    assertTrue(lost.get() > 0, "and nobody was told");
  }

  private static void awaitUninterruptibly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
