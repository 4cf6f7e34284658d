package dev.ipauth.relay.queue;

import dev.ipauth.tables.QueueDrop;
import dev.ipauth.tables.QueueRows;
import dev.ipauth.tables.QueuedMessage;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** Rows in memory, each written as DynamoDB's are, under the same conditions. */
final class FakeQueueTable implements QueueTable {
  final Map<String, Map<String, AttributeValue>> rows = new ConcurrentHashMap<>();

  /** Whether it can't be reached. */
  volatile boolean isAway;

  /** The id of a row that can't be read now. */
  volatile String failing = "";

  /** Fails one write, the first being 1, before it is done or after. */
  volatile Fault fault = Fault.NONE;

  /**
   * A write that fails.
   *
   * @param staysAway whether the table can't be reached from then on
   */
  record Fault(int write, boolean isDone, boolean staysAway) {
    static final Fault NONE = new Fault(0, false);

    Fault(int write, boolean isDone) {
      this(write, isDone, false);
    }
  }

  /** What comes to the table just before each write. */
  volatile Runnable beforeWrite = () -> {};

  /** How many writes there were. */
  volatile int writes;

  @Override
  public synchronized boolean put(QueuedMessage message) {
    reach();
    return write(() -> rows.putIfAbsent(message.id(), QueueRows.write(message)) == null)
        || isThere(message)
        || read(message.id()).filter(found -> found.isLaterStateOf(message)).isPresent();
  }

  private synchronized boolean write(BooleanSupplier change) {
    beforeWrite.run();
    writes++;
    boolean fails = writes == fault.write();
    isAway |= fails && fault.staysAway();
    if (fails && !fault.isDone()) {
      throw SdkClientException.create("The write failed");
    }
    boolean done = change.getAsBoolean();
    if (fails) {
      throw SdkClientException.create("The write's answer is lost");
    }
    return done;
  }

  @Override
  public synchronized boolean move(QueuedMessage read, QueuedMessage next) {
    reach();
    return write(() -> isAsRead(read) && rows.put(next.id(), QueueRows.write(next)) != null)
        || isThere(next);
  }

  private boolean isThere(QueuedMessage written) {
    return QueueRows.write(written).equals(rows.get(written.id()));
  }

  @Override
  public synchronized boolean remove(QueuedMessage read) {
    reach();
    return write(() -> isAsRead(read) && rows.remove(read.id()) != null)
        || (isOnlyOurs(read) && !rows.containsKey(read.id()));
  }

  @Override
  public synchronized boolean removeDropped(QueuedMessage read, Instant until) {
    reach();
    boolean isDropped = read.mark().droppedBy() != null && isAsRead(read);
    return isDropped && rows.remove(read.id()) != null;
  }

  private static boolean isOnlyOurs(QueuedMessage read) {
    QueuedMessage.Lease lease = read.progress().lease();
    return lease != null && LeaseWatch.isOwn(lease) && read.mark().droppedBy() == null;
  }

  private boolean isAsRead(QueuedMessage read) {
    Map<String, AttributeValue> row = rows.get(read.id());
    return row != null && QueueRows.read(row).version() == read.version();
  }

  @Override
  public synchronized boolean takeBack(
      QueuedMessage message, @Nullable QueuedMessage read, Instant until) {
    reach();
    Map<String, AttributeValue> row = QueueRows.writeTakenBack(message, until);
    return write(
            () -> {
              boolean isAsRead = read == null ? !rows.containsKey(message.id()) : isAsRead(read);
              if (isAsRead) {
                rows.put(message.id(), row);
              }
              return isAsRead;
            })
        || row.equals(rows.get(message.id()));
  }

  @Override
  public Optional<QueuedMessage> read(String id) {
    reach();
    if (id.equals(failing)) {
      throw SdkClientException.create("The row can't be read");
    }
    return Optional.ofNullable(rows.get(id)).map(QueueRows::read);
  }

  @Override
  public synchronized boolean setAside(QueuedMessage read, String why) {
    reach();
    return isAsRead(read) && setAside(read.id(), why);
  }

  @Override
  public synchronized boolean setAsideDamaged(String id, String why) {
    reach();
    var row = rows.get(id);
    return row != null
        && !row.containsKey(QueueRows.SET_ASIDE)
        && !row.containsKey(QueueRows.DROPPED_BY)
        && setAside(id, why);
  }

  private boolean setAside(String id, String why) {
    var row = new HashMap<>(Objects.requireNonNull(rows.get(id)));
    row.remove(QueueRows.SHARD);
    row.remove(QueueRows.LEASE_HOLDER);
    row.remove(QueueRows.LEASE_UNTIL);
    row.put(QueueRows.SET_ASIDE, AttributeValue.fromS(why));
    row.put(QueueRows.VERSION, QueueRows.newVersion());
    rows.put(id, row);
    return true;
  }

  private static void raise(Map<String, AttributeValue> row) {
    AttributeValue version = row.get(QueueRows.VERSION);
    long before = version == null ? 0 : Long.parseLong(version.n());
    row.put(QueueRows.VERSION, AttributeValue.fromN(Long.toString(before + 1)));
  }

  @Override
  public synchronized Optional<QueueDrop.Refusal> drop(String id, QueueDrop.By by, Instant now) {
    reach();
    var row = rows.get(id);
    if (row == null) {
      return Optional.of(QueueDrop.Refusal.UNKNOWN);
    }
    AttributeValue until = row.get(QueueRows.LEASE_UNTIL);
    boolean leased = until != null && Long.parseLong(until.n()) > now.toEpochMilli();
    if (leased || row.containsKey(QueueRows.DROPPED_BY)) {
      return Optional.of(QueueDrop.refusal(row, null));
    }
    var dropped = new HashMap<>(row);
    dropped.put(QueueRows.DROPPED_BY, AttributeValue.fromS(by.name().toLowerCase(Locale.ROOT)));
    dropped.put(QueueRows.DUE, AttributeValue.fromN(Long.toString(now.toEpochMilli())));
    dropped.put(QueueRows.SHARD, AttributeValue.fromS(QueueRows.shard(id)));
    dropped.put(QueueRows.VERSION, QueueRows.newVersion());
    rows.put(id, dropped);
    return Optional.empty();
  }

  @Override
  public synchronized boolean removeDamaged(String id) {
    reach();
    return rows.entrySet()
        .removeIf(
            row -> row.getKey().equals(id) && row.getValue().containsKey(QueueRows.DROPPED_BY));
  }

  @Override
  public synchronized Count count(String id, Instant now, Instant until) {
    reach();
    var count = new AtomicReference<Count>();
    write(
        () -> {
          var row = rows.get(id);
          boolean isOn = row != null && due(row) > now.toEpochMilli();
          var next = new HashMap<>(isOn ? row : QueueRows.writeCount(id, now, until));
          if (isOn) {
            long counted = QueueRows.counted(Objects.requireNonNull(row)) + 1;
            next.put(QueueRows.COUNTED, AttributeValue.fromN(Long.toString(counted)));
            raise(next);
          }
          rows.put(id, next);
          count.set(new Count(QueueRows.counted(next), Instant.ofEpochMilli(due(next))));
          return true;
        });
    return Objects.requireNonNull(count.get());
  }

  /** The rows of messages, and of nothing that only counts. */
  List<QueuedMessage> messages() {
    return rows.values().stream()
        .filter(row -> !row.containsKey(QueueRows.COUNTED))
        .map(QueueRows::read)
        .toList();
  }

  @Override
  public List<Due> due(int shard, Instant since, Instant now, Predicate<Due> wanted, int limit) {
    reach();
    if (since.isAfter(now)) {
      throw SdkClientException.create("ValidationException: the BETWEEN operator requires more");
    }
    return rows.values().stream()
        .filter(row -> row.containsKey(QueueRows.DUE) && row.containsKey(QueueRows.SHARD))
        .filter(row -> QueueRows.shard(QueueRows.id(row)).equals(Integer.toString(shard)))
        .filter(row -> due(row) >= since.toEpochMilli() && due(row) <= now.toEpochMilli())
        .sorted(Comparator.comparing(FakeQueueTable::due))
        .map(DynamoQueueTable::due)
        .filter(wanted)
        .limit(limit)
        .toList();
  }

  private static long due(Map<String, AttributeValue> row) {
    return Long.parseLong(Objects.requireNonNull(row.get(QueueRows.DUE)).n());
  }

  @Override
  public void forEachRow(Consumer<Map<String, AttributeValue>> each) {
    reach();
    rows.values().forEach(each);
  }

  private void reach() throws SdkException {
    if (isAway) {
      throw SdkClientException.create("The table is away");
    }
  }
}
