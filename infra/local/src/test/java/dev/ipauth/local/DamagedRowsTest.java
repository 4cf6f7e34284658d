package dev.ipauth.local;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ipauth.local.command.Operating;
import dev.ipauth.local.data.DataDir;
import dev.ipauth.local.data.Tables;
import dev.ipauth.tables.QueueRows;
import dev.ipauth.tables.QueuedMessage;
import dev.ipauth.tables.QueuedMessage.Mark;
import dev.ipauth.tables.QueuedMessage.Progress;
import dev.ipauth.tables.QueuedMessage.Recipient;
import dev.ipauth.tables.QueuedMessage.Sender;
import dev.ipauth.tables.QueuedMessage.Text;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** Rows of the queue that something has damaged, in tables that refuse what DynamoDB refuses. */
@Timeout(180)
class DamagedRowsTest {
  private static final byte[] TEXT = "Subject: a scan\r\n\r\nHello.\r\n".getBytes(US_ASCII);

  /** The keys are of the type that the table's definition says: it takes no other. */
  private static final List<String> KEYS = List.of("id", "shard", "due");

  private static final Map<String, AttributeValue> OTHERS =
      Map.of(
          "text", AttributeValue.fromS("what is this"),
          "blank", AttributeValue.fromS(""),
          "part", AttributeValue.fromN("1.5"),
          "large", AttributeValue.fromN("9".repeat(30)),
          "octets", AttributeValue.fromB(SdkBytes.fromUtf8String("x")),
          "flag", AttributeValue.fromBool(true),
          "nothing", AttributeValue.fromNul(true),
          "list", AttributeValue.fromL(List.of(AttributeValue.fromN("1"))),
          "map", AttributeValue.fromM(Map.of("a", AttributeValue.fromN("1"))),
          "set", AttributeValue.fromSs(List.of("a")));

  private final Path folder;
  private final Operating operator;
  private final ByteArrayOutputStream lines = new ByteArrayOutputStream();
  private final Instant taken = Instant.now().minus(Duration.ofMinutes(5));

  DamagedRowsTest(@TempDir Path parent) {
    folder = parent.resolve("data");
    operator = new Operating(folder);
  }

  private Platform start() {
    Map<String, String> environment =
        new HashMap<>(
            Map.of(
                "HTTP_PORT", "0", "SMTP_PORTS", "0", "SMTPS_PORTS", "0", "MANAGEMENT_PORT", "0"));
    environment.put("DATA_DIR", folder.toString());
    return Platform.start(environment, lines);
  }

  private Map<String, AttributeValue> row(String id, Duration later) {
    var crc = new CRC32C();
    crc.update(TEXT);
    var to =
        new Recipient(
            "a@example.net",
            "FAILURE",
            "rfc822;a@example.net",
            Recipient.State.WAITING,
            "451 wait");
    var progress = new Progress(1, taken.plus(later), null, "451 wait", false);
    return new HashMap<>(
        QueueRows.write(
            new QueuedMessage(
                id,
                "acme",
                "scanner",
                new Sender("scans@example.com", false, false, "HDRS", "envid"),
                List.of(to),
                new Text(TEXT.length, (int) crc.getValue()),
                "admin@example.com",
                taken,
                progress,
                1,
                Mark.NONE)));
  }

  private void keep(List<Map<String, AttributeValue>> rows) throws IOException {
    try (DataDir held = DataDir.hold(folder.toString());
        var tables = Tables.in(held.tables())) {
      Files.createDirectories(held.queue());
      for (var row : rows) {
        Files.write(held.queue().resolve(QueueRows.id(row)), TEXT);
        tables.client().putItem(put -> put.tableName("Queue").item(row));
      }
    }
  }

  private List<String> rows() throws IOException {
    try (DataDir held = DataDir.hold(folder.toString());
        var tables = Tables.in(held.tables())) {
      return tables.client().scanPaginator(scan -> scan.tableName("Queue")).items().stream()
          .filter(row -> !row.containsKey(QueueRows.COUNTED))
          .map(QueueRows::id)
          .toList();
    }
  }

  private Map<String, Map<String, AttributeValue>> damaged() {
    var damaged = new TreeMap<String, Map<String, AttributeValue>>();
    for (String attribute : row("sound", Duration.ZERO).keySet()) {
      OTHERS.forEach(
          (kind, other) -> {
            String id = "x" + attribute.toLowerCase(Locale.ROOT) + kind;
            var row = row(id, Duration.ZERO);
            boolean isKey = KEYS.contains(attribute);
            if (!isKey || (attribute.equals("due") && other.n() != null)) {
              row.put(attribute, other);
              damaged.put(id, row);
            }
          });
      if (!KEYS.contains(attribute)) {
        String id = "x" + attribute.toLowerCase(Locale.ROOT) + "gone";
        var row = row(id, Duration.ZERO);
        row.remove(attribute);
        damaged.put(id, row);
      }
    }
    return damaged;
  }

  @Test
  void noneOfThemKeepsAnythingElseFromBeingDelivered() throws Exception {
    var rows = new ArrayList<>(damaged().values());
    rows.add(row("sound", Duration.ofMinutes(1)));
    keep(rows);
    List<String> left;
    try (Platform platform = start()) {
      eventually("what is sound is delivered", () -> told("delivered", "sound"));
      eventually("each is set aside or delivered", () -> waiting().isEmpty());
      left = listed();
      for (String id :
          List.of(
              "xversiontext",
              "xversionpart",
              "xrecipientsgone",
              "xacceptedatlarge",
              "xbytesflag")) {
        assertTrue(left.contains(id), () -> id + " of " + listed());
        assertTrue(told("set-aside", id), id);
      }
      assertTrue(lines().contains("\"what\":\"set-aside\""));
      assertFalse(lines().contains("\"over\":true"), this::lines);
      assertEquals(left.size(), metric(platform));
      var dropped = operator.type("queue drop " + String.join(" ", left));
      assertEquals(0, dropped.status(), dropped.err());
      assertEquals(List.of(), listed());
      eventually("what is dropped is removed", () -> texts().isEmpty());
    }
    assertEquals(List.of(), rows());
  }

  /** No relay has seen it before: the mark is all that there is of it. */
  @Test
  void whatIsDroppedBeforeARelayHasSeenItIsRemoved() throws Exception {
    var row = row("bad", Duration.ZERO);
    row.put("version", AttributeValue.fromS("what is this"));
    keep(List.of(row));

    assertEquals(0, operator.type("queue drop bad").status());
    assertEquals(1, operator.type("queue drop bad").status());
    assertEquals(List.of(), listed());
    try (Platform _ = start()) {
      eventually("it is removed", () -> texts().isEmpty());
    }
    assertEquals(List.of(), rows());
    assertFalse(lines().contains("set-aside"), this::lines);
  }

  private List<String> listed() {
    return operator.type("queue list").lines().stream()
        .map(line -> line.replaceFirst("\t.*", ""))
        .sorted()
        .toList();
  }

  private List<String> waiting() {
    return operator.type("queue list").lines().stream()
        .filter(line -> !line.contains("\tset aside\t"))
        .map(line -> line.replaceFirst("\t.*", ""))
        .toList();
  }

  private List<String> texts() throws IOException {
    try (Stream<Path> files = Files.list(folder.resolve("queue"))) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.matches("[0-9a-z]+"))
          .toList();
    }
  }

  private String lines() {
    return lines.toString(UTF_8);
  }

  private boolean told(String event, String id) {
    return lines()
        .lines()
        .anyMatch(l -> l.contains("\"" + event + "\"") && l.contains("\"id\":\"" + id + "\""));
  }

  private static long metric(Platform platform) throws Exception {
    URI metrics =
        URI.create("http://localhost:" + platform.relay().management().getPort() + "/metrics");
    try (HttpClient http = HttpClient.newHttpClient()) {
      String said =
          http.send(HttpRequest.newBuilder(metrics).build(), BodyHandlers.ofString()).body();
      return said.lines()
          .filter(line -> line.startsWith("relay_queue_set_aside "))
          .mapToLong(line -> Math.round(Double.parseDouble(line.substring(line.indexOf(' ')))))
          .findFirst()
          .orElseThrow();
    }
  }

  private void eventually(String what, Callable<Boolean> holds) throws Exception {
    long end = System.nanoTime() + Duration.ofSeconds(60).toNanos();
    while (!holds.call()) {
      assertTrue(System.nanoTime() < end, () -> what + operator.type("queue list").out() + lines());
      Thread.sleep(100);
    }
  }
}
