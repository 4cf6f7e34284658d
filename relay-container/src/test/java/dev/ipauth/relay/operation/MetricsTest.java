package dev.ipauth.relay.operation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ipauth.relay.limits.Limit;
import dev.ipauth.relay.onward.Failure;
import dev.ipauth.relay.onward.Failure.Kind;
import dev.ipauth.relay.onward.Failure.Stage;
import dev.ipauth.relay.queue.MailQueue;
import dev.ipauth.relay.smtp.Reply;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class MetricsTest {
  private static final Path DOCUMENT = Path.of("../infra/docs/METRICS.md");
  private static final String ABOVE =
      """
      # Metrics of the relay

      `GET /metrics` on `MANAGEMENT_PORT`, in Prometheus' text format; beside these, `jvm_memory_*` and `system_cpu_*`. Made by `MetricsTest` of the code.

      | metric | kind | what |
      |---|---|---|
      """;

  private final Metrics metrics = new Metrics();

  private void assertScraped(String line) {
    assertTrue(
        metrics.scrape().lines().anyMatch(line::equals), () -> line + "\n" + metrics.scrape());
  }

  private Dependency dependency(String name) {
    try (var log = new EventLog(OutputStream.nullOutputStream(), metrics)) {
      return metrics.dependency(name, log);
    }
  }

  @Test
  void messagesAreCountedByWhatTheDeviceWasTold() {
    metrics.record(Events.accepted("a"));
    metrics.record(Events.accepted("b"));
    metrics.record(Events.message("c", Reply.of(451, "4.4.1 later")));
    metrics.record(Events.message("d", Reply.of(550, "5.1.1 never")));
    assertScraped("relay_messages_total{outcome=\"accepted\"} 2.0");
    assertScraped("relay_messages_total{outcome=\"try-later\"} 1.0");
    assertScraped("relay_messages_total{outcome=\"refused\"} 1.0");
    assertScraped("relay_message_size_bytes_count 4");
  }

  @Test
  void refusalsAreCountedByReason() {
    metrics.record(Events.refused("printer"));
    assertScraped("relay_refusals_total{reason=\"not-nominated\"} 1.0");
    assertScraped("relay_refusals_total{reason=\"user-disabled\"} 0.0");
  }

  @Test
  void connectionsLimitsAndLookupsAreCounted() {
    metrics.connected();
    metrics.encrypted("TLSv1.3");
    metrics.reached(Limit.CONNECTIONS_PER_ADDRESS);
    metrics.linesLost(3);
    metrics.refusalsWithoutLine(4);
    metrics.watchOpenConnections(() -> 7);
    metrics.watchHeaders(() -> 4096);
    var lookups = metrics.lookups(dependency("tables"));
    lookups.byAddress().hit();
    lookups.byAddress().read(Duration.ofMillis(5), null);
    lookups.byUsername().read(Duration.ofMillis(5), new TimeoutException());
    assertScraped("relay_connections_total 1.0");
    assertScraped("relay_tls_handshakes_total{version=\"TLSv1.3\"} 1.0");
    assertScraped("relay_limits_reached_total{limit=\"connections-per-address\"} 1.0");
    assertScraped("relay_log_lines_lost_total 3.0");
    assertScraped("relay_log_refusals_without_line_total 4.0");
    assertScraped("relay_connections_open 7.0");
    assertScraped("relay_headers_held_bytes 4096.0");
    assertScraped("relay_lookups_total{by=\"address\",result=\"hit\"} 1.0");
    assertScraped("relay_lookups_total{by=\"address\",result=\"read\"} 1.0");
    assertScraped("relay_lookups_total{by=\"username\",result=\"failed\"} 1.0");
  }

  @Test
  void theNextHopIsCountedAndItsOutagesAreWrittenDown() {
    var out = new ByteArrayOutputStream();
    try (var log = new EventLog(out, metrics, Duration.ofMinutes(1), System::nanoTime)) {
      var nextHop = metrics.nextHop(metrics.dependency("next-hop", log));
      nextHop.opened();
      nextHop.reused();
      nextHop.replaced();
      nextHop.ambiguous();
      nextHop.failed(new Failure(Stage.FINAL_DOT, Kind.CLOSED, "closed\r\nby peer"));
      assertScraped("relay_dependency_up{name=\"next-hop\"} 0.0");
      nextHop.failed(new Failure(Stage.FINAL_DOT, Kind.CLOSED, "closed\r\nby peer"));
      nextHop.opened();
    }
    assertScraped("relay_dependency_up{name=\"next-hop\"} 1.0");
    assertScraped("relay_dependency_failures_total{name=\"next-hop\"} 2.0");
    assertScraped("relay_next_hop_connections_total{event=\"ambiguous\"} 1.0");
    assertScraped("relay_next_hop_failures_total{stage=\"final-dot\"} 2.0");
    List<String> lines = out.toString(StandardCharsets.UTF_8).lines().toList();
    assertEquals(2, lines.size(), lines::toString);
    assertTrue(lines.getFirst().contains("\"unavailable\""), lines::toString);
    assertTrue(
        lines.getFirst().contains("It breaks off after the end of a message: closed??by peer"),
        lines::toString);
    assertTrue(lines.getLast().contains("\"failures\":2,"), lines::toString);
    assertTrue(lines.getLast().contains("\"available-again\""), lines::toString);
  }

  @Test
  void theDocumentListsEveryMetricWithItsHelp() throws IOException {
    metrics.watchOpenConnections(() -> 0);
    metrics.watchHeaders(() -> 0);
    metrics.encrypted("TLSv1.3");
    metrics.lookups(dependency("tables"));
    metrics.nextHop(dependency("next-hop"));
    try (var log = new EventLog(new ByteArrayOutputStream(), metrics)) {
      metrics.queue(log);
    }
    metrics.watchQueue(() -> new MailQueue.Kept(0, 0, 0, Duration.ZERO, 0), () -> false);
    String made = ABOVE + rows();
    if (Boolean.getBoolean("docs.fix")) {
      Files.writeString(DOCUMENT, made);
    }
    assertEquals(
        made,
        Files.readString(DOCUMENT),
        "Out of date; run: mvn -pl relay-container -am test -Ddocs.fix=true\n");
  }

  /** From the lines {@code # HELP name help} and {@code # TYPE name kind} of the scrape. */
  private String rows() {
    var help = new TreeMap<String, String>();
    var kind = new TreeMap<String, String>();
    metrics
        .scrape()
        .lines()
        .filter(line -> line.startsWith("# "))
        .forEach(
            line -> {
              String[] words = line.split(" ", 4);
              (words[1].equals("HELP") ? help : kind).put(words[2], words[3]);
            });
    return help.keySet().stream()
        .filter(name -> name.startsWith("relay_"))
        .map(name -> "| `%s` | %s | %s |\n".formatted(name, kind.get(name), help.get(name)))
        .collect(Collectors.joining());
  }
}
