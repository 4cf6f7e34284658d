package dev.ipauth.functions.messages;

import dev.ipauth.embedded.EmbeddedTables;
import dev.ipauth.tables.TablesTemplate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** Tables in memory, with a recorder that writes them and what reads them. */
final class Tables implements AutoCloseable {
  static final Instant NOW = Instant.parse("2026-11-27T12:00:00Z");
  static final MessageTables NAMES =
      new MessageTables("Messages", "Usage", "CountedLines", "LastSeen", "Queue");

  private static final Set<String> WRITTEN =
      Set.of("Messages", "Usage", "CountedLines", "LastSeen");

  final EmbeddedTables embedded = EmbeddedTables.inMemory();
  final DynamoDbClient client;
  final Recorder recorder;
  final MessageLog log;
  final Usage usage;
  final LastSeen lastSeen;

  Tables() {
    this(30);
  }

  Tables(int days) {
    new TablesTemplate("")
        .tables().stream()
            .filter(table -> WRITTEN.contains(table.request().tableName()))
            .forEach(table -> embedded.define(table.request(), table.expiry()));
    client = embedded.client();
    var retention = new MessageRetention(Duration.ofDays(days));
    InstantSource clock = Clock.fixed(NOW, ZoneOffset.UTC);
    lastSeen = new LastSeen(client, NAMES, retention, clock);
    recorder = recorder(client, retention, clock);
    log = new MessageLog(client, NAMES, retention, clock);
    usage = new Usage(client, NAMES);
  }

  static Recorder recorder(DynamoDbClient client, MessageRetention retention, InstantSource clock) {
    return new Recorder(
        new MessageWrites(client, NAMES, retention),
        new LastSeen(client, NAMES, retention, clock),
        new CountedLines(client, NAMES),
        retention,
        clock);
  }

  /** All that is in them, but for what depends on how often somebody came in between. */
  Map<String, List<Map<String, AttributeValue>>> all() {
    Map<String, List<Map<String, AttributeValue>>> all = new TreeMap<>();
    for (String table : List.of("Messages", "Usage", "LastSeen")) {
      all.put(
          table,
          client.scan(s -> s.tableName(table)).items().stream()
              .map(Tables::withoutVersion)
              .sorted((one, other) -> one.toString().compareTo(other.toString()))
              .toList());
    }
    return all;
  }

  private static Map<String, AttributeValue> withoutVersion(Map<String, AttributeValue> row) {
    Map<String, AttributeValue> columns = new TreeMap<>(new HashMap<>(row));
    columns.remove("version");
    return columns;
  }

  @Override
  public void close() {
    embedded.close();
  }
}
