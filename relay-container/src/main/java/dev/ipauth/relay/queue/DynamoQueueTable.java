package dev.ipauth.relay.queue;

import dev.ipauth.relay.queue.QueueEvents.Watch;
import dev.ipauth.tables.QueueDrop;
import dev.ipauth.tables.QueueRows;
import dev.ipauth.tables.QueuedMessage;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;
import software.amazon.awssdk.services.dynamodb.model.Put;
import software.amazon.awssdk.services.dynamodb.model.PutItemRequest;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItem;

/**
 * The table in DynamoDB, or in whatever stands behind its client. A write whose answer was lost is
 * looked up, so a caller always learns whether its own was the one.
 */
final class DynamoQueueTable implements QueueTable {
  private static final String IS_NEW = "attribute_not_exists(id)";
  private static final String IS_AS_READ = "version = :read";
  private static final String IS_DAMAGED =
      "attribute_exists(id) AND attribute_not_exists(setAside) AND attribute_not_exists(droppedBy)";

  /** Of the index, at once. */
  private static final int PAGE = 100;

  private final DynamoDbClient client;
  private final String table;
  private final Watch watch;
  private final DynamoRows rows;
  private final GatheredPuts puts = new GatheredPuts(new Puts());
  private final DynamoCounts counts;
  private final DynamoDrops drops;

  /**
   * @param watch hears of each use whether the table could be used
   */
  DynamoQueueTable(DynamoDbClient client, String table, Watch watch) {
    this.client = client;
    this.table = table;
    this.watch = watch;
    this.rows = new DynamoRows(client, table, watch);
    this.counts = new DynamoCounts(client, table);
    this.drops = new DynamoDrops(rows);
  }

  @Override
  public boolean put(QueuedMessage message) {
    return puts.put(message);
  }

  @Override
  public boolean move(QueuedMessage read, QueuedMessage next) {
    Map<String, AttributeValue> values = QueueRows.writeMoving(next);
    var names = new HashMap<String, String>();
    var given = new HashMap<String, AttributeValue>();
    values.forEach(
        (name, value) -> {
          names.put("#" + name, name);
          given.put(":" + name, value);
        });
    String set =
        values.keySet().stream()
            .sorted()
            .map(name -> "#" + name + " = :" + name)
            .collect(Collectors.joining(", ", "SET ", ""));
    given.put(":read", version(read));
    String update =
        set
            + " REMOVE setAside, droppedBy"
            + (next.progress().lease() == null ? ", leaseHolder, leaseUntil" : "");
    try {
      rows.ask(
          () ->
              client.updateItem(
                  r ->
                      r.tableName(table)
                          .key(DynamoRows.key(read.id()))
                          .updateExpression(update)
                          .conditionExpression(IS_AS_READ)
                          .expressionAttributeNames(names)
                          .expressionAttributeValues(given)));
      return true;
    } catch (ConditionalCheckFailedException _) {
      return isThere(next);
    } catch (SdkException e) {
      if (isThere(next)) {
        return true;
      }
      throw e;
    }
  }

  @Override
  public boolean takeBack(QueuedMessage message, @Nullable QueuedMessage read, Instant until) {
    Map<String, AttributeValue> row = QueueRows.writeTakenBack(message, until);
    var put = PutItemRequest.builder().tableName(table).item(row);
    if (read == null) {
      put.conditionExpression(IS_NEW);
    } else {
      put.conditionExpression(IS_AS_READ).expressionAttributeValues(Map.of(":read", version(read)));
    }
    try {
      rows.ask(() -> client.putItem(put.build()));
      return true;
    } catch (ConditionalCheckFailedException _) {
      return isThere(row);
    } catch (SdkException e) {
      if (isThere(row)) {
        return true;
      }
      throw e;
    }
  }

  @Override
  public boolean remove(QueuedMessage read) {
    try {
      rows.ask(
          () ->
              client.deleteItem(
                  r ->
                      r.tableName(table)
                          .key(DynamoRows.key(read.id()))
                          .conditionExpression(IS_AS_READ)
                          .expressionAttributeValues(Map.of(":read", version(read)))));
      return true;
    } catch (ConditionalCheckFailedException _) {
      return isOwnRemoval(read);
    } catch (SdkException e) {
      if (isOwnRemoval(read)) {
        return true;
      }
      throw e;
    }
  }

  @Override
  public boolean removeDropped(QueuedMessage read, Instant until) {
    return drops.remove(read, until);
  }

  /** Nobody else removes what this process has leased, until it is marked as dropped. */
  private boolean isOwnRemoval(QueuedMessage read) {
    QueuedMessage.Lease lease = read.progress().lease();
    boolean isOnlyOurs =
        lease != null && LeaseWatch.isOwn(lease) && read.mark().droppedBy() == null;
    return isOnlyOurs && rows.row(read.id()).isEmpty();
  }

  @Override
  public Optional<QueuedMessage> read(String id) {
    return rows.row(id).map(QueueRows::read);
  }

  /** Whether a row is what this caller wrote: a holder and a version are never written twice. */
  private boolean isThere(QueuedMessage written) {
    return isThere(QueueRows.write(written));
  }

  private boolean isThere(Map<String, AttributeValue> written) {
    return rows.row(QueueRows.id(written)).filter(written::equals).isPresent();
  }

  @Override
  public boolean setAside(QueuedMessage read, String why) {
    var values = Map.of(":read", version(read), ":next", number(read.version() + 1));
    try {
      return setAside(read.id(), why, IS_AS_READ, values) || isSetAside(read, why);
    } catch (SdkException e) {
      if (isSetAside(read, why)) {
        return true;
      }
      throw e;
    }
  }

  /** The caller's own doing, whose answer was lost. */
  private boolean isSetAside(QueuedMessage read, String why) {
    return rows.row(read.id())
        .filter(row -> why.equals(text(row.get(QueueRows.SET_ASIDE))))
        .filter(row -> number(read.version() + 1).equals(row.get(QueueRows.VERSION)))
        .isPresent();
  }

  private static @Nullable String text(@Nullable AttributeValue value) {
    return value == null ? null : value.s();
  }

  @Override
  public boolean setAsideDamaged(String id, String why) {
    return setAside(id, why, IS_DAMAGED, Map.of(":next", QueueRows.newVersion()));
  }

  /** Without a shard no index shows it as due. */
  private boolean setAside(
      String id, String why, String condition, Map<String, AttributeValue> versions) {
    var values = new HashMap<>(versions);
    values.put(":why", AttributeValue.fromS(why));
    try {
      rows.ask(
          () ->
              client.updateItem(
                  r ->
                      r.tableName(table)
                          .key(DynamoRows.key(id))
                          .updateExpression(
                              "SET setAside = :why, version = :next REMOVE #shard, leaseHolder, leaseUntil")
                          .expressionAttributeNames(Map.of("#shard", QueueRows.SHARD))
                          .conditionExpression(condition)
                          .expressionAttributeValues(values)));
      return true;
    } catch (ConditionalCheckFailedException _) {
      return false;
    }
  }

  @Override
  public Optional<QueueDrop.Refusal> drop(String id, QueueDrop.By by, Instant now) {
    try {
      rows.ask(() -> client.updateItem(QueueDrop.request(table, id, null, by, now)));
      return Optional.empty();
    } catch (ConditionalCheckFailedException e) {
      return Optional.of(QueueDrop.refusal(e.item(), null));
    }
  }

  @Override
  public boolean removeDamaged(String id) {
    try {
      rows.ask(
          () ->
              client.deleteItem(
                  r ->
                      r.tableName(table)
                          .key(DynamoRows.key(id))
                          .conditionExpression("attribute_exists(droppedBy)")));
      return true;
    } catch (ConditionalCheckFailedException _) {
      return false;
    }
  }

  @Override
  public Count count(String id, Instant now, Instant until) {
    return rows.ask(() -> counts.count(id, now, until));
  }

  @Override
  public List<Due> due(int shard, Instant since, Instant now, Predicate<Due> wanted, int limit) {
    return rows.ask(
        () ->
            client
                .queryPaginator(
                    r ->
                        r.tableName(table)
                            .indexName(QueueRows.BY_DUE)
                            .keyConditionExpression(
                                "#shard = :shard AND #due BETWEEN :since AND :now")
                            .expressionAttributeNames(
                                Map.of("#shard", QueueRows.SHARD, "#due", QueueRows.DUE))
                            .expressionAttributeValues(
                                Map.of(
                                    ":shard",
                                    AttributeValue.fromS(Integer.toString(shard)),
                                    ":since",
                                    number(since.toEpochMilli()),
                                    ":now",
                                    number(now.toEpochMilli())))
                            .limit(PAGE))
                .items()
                .stream()
                .map(DynamoQueueTable::due)
                .filter(wanted)
                .limit(limit)
                .toList());
  }

  static Due due(Map<String, AttributeValue> row) {
    return new Due(
        QueueRows.id(row),
        time(row.get(QueueRows.DUE)),
        time(row.get(QueueRows.ACCEPTED_AT)),
        row.containsKey(QueueRows.DROPPED_BY));
  }

  /** Long ago where it is no time: who reads the row finds out what is wrong with it. */
  private static Instant time(@Nullable AttributeValue millis) {
    try {
      return millis == null || millis.n() == null
          ? Instant.EPOCH
          : Instant.ofEpochMilli(Long.parseLong(millis.n()));
    } catch (NumberFormatException _) {
      return Instant.EPOCH;
    }
  }

  @Override
  public void forEachRow(Consumer<Map<String, AttributeValue>> each) {
    var _ =
        rows.ask(
            () -> {
              client
                  .scanPaginator(r -> r.tableName(table).consistentRead(true))
                  .items()
                  .forEach(each);
              return true;
            });
  }

  private static AttributeValue version(QueuedMessage message) {
    return number(message.version());
  }

  private static AttributeValue number(long value) {
    return AttributeValue.fromN(Long.toString(value));
  }

  /** How new rows are written: none is written where a row of its id is already. */
  private final class Puts implements GatheredPuts.Rows {
    @Override
    public boolean put(QueuedMessage message) {
      var put = PutItemRequest.builder().tableName(table).item(QueueRows.write(message));
      PutItemRequest request = put.conditionExpression(IS_NEW).build();
      try {
        rows.ask(() -> Conflicts.USUAL.outlast(() -> client.putItem(request)));
        return true;
      } catch (ConditionalCheckFailedException _) {
        // Perhaps the SDK tried again after an answer that was lost, and met its own success.
        return isKept(message);
      } catch (SdkException e) {
        if (isKept(message)) {
          return true;
        }
        throw e;
      }
    }

    /** Another relay may have taken it up since. */
    private boolean isKept(QueuedMessage message) {
      return rows.row(message.id())
          .filter(found -> found.equals(QueueRows.write(message)) || isLaterState(found, message))
          .isPresent();
    }

    private boolean isLaterState(Map<String, AttributeValue> found, QueuedMessage message) {
      try {
        return QueueRows.read(found).isLaterStateOf(message);
      } catch (QueueRows.DamagedRow _) {
        return false;
      }
    }

    /** What it fails with isn't told: each of these is put alone then, and that is. */
    @Override
    public void putTogether(List<QueuedMessage> messages) {
      List<TransactWriteItem> all =
          messages.stream()
              .map(QueueRows::write)
              .map(row -> Put.builder().tableName(table).item(row).conditionExpression(IS_NEW))
              .map(put -> TransactWriteItem.builder().put(put.build()).build())
              .toList();
      client.transactWriteItems(r -> r.transactItems(all));
      watch.worked();
    }
  }
}
