package dev.ipauth.relay.queue;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ipauth.tables.QueueRows;
import dev.ipauth.tables.QueuedMessage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.exception.SdkException;

class OwnRowTest {
  private final FakeQueueTable table = new FakeQueueTable();
  private final AtomicInteger texts = new AtomicInteger();
  private final QueuedMessage first = Messages.to("a@x", "b@x");
  private final OwnRow row;
  private final Path folder;

  OwnRowTest(@TempDir Path folder) {
    this.folder = folder;
    var room = new Room(1000);
    var store = new Store(FolderTexts.in(folder), table, room, new RecordedEvents());
    row = new OwnRow(first.id(), store, table, room);
  }

  /** A text may be 35 MiB, and the row is tried every few seconds. */
  @Test
  void theTextIsWrittenOnceHoweverOftenTheRowIsTried() throws IOException {
    for (int i = 0; i < 3; i++) {
      table.fault = new FakeQueueTable.Fault(table.writes + 1, false);
      assertThrows(SdkException.class, () -> write(first));
    }

    assertTrue(write(first));
    assertEquals(1, texts.get());
  }

  /** One that was given up, and wasn't there yet when it was looked up. */
  @Test
  void aWriteThatComesToTheTableLateIsGoneOnFrom() throws IOException {
    table.fault = new FakeQueueTable.Fault(1, false);
    assertThrows(SdkException.class, () -> write(first));
    table.beforeWrite = () -> table.rows.putIfAbsent(first.id(), QueueRows.write(first));
    QueuedMessage next = first.moved(first.progress().dueAt(Messages.TAKEN));

    assertTrue(write(next));
    assertEquals(next, table.read(first.id()).orElseThrow());
    row.remove();
    assertFalse(table.rows.containsKey(first.id()));
  }

  @Test
  void whatComesLateIsRemovedToo() throws IOException {
    assertTrue(write(first));
    table.fault = new FakeQueueTable.Fault(2, false);
    QueuedMessage next = first.moved(first.progress().dueAt(Messages.TAKEN));
    assertThrows(SdkException.class, () -> row.move(next));
    table.beforeWrite = () -> table.rows.replace(first.id(), QueueRows.write(next));

    row.remove();

    assertFalse(table.rows.containsKey(first.id()));
  }

  /** It counts as used room, and is the text of what the device was told isn't kept. */
  @Test
  void theTextOfARowThatNeverCameGoesWithIt() throws IOException {
    table.fault = new FakeQueueTable.Fault(1, false);
    assertThrows(SdkException.class, () -> write(first));
    assertEquals(1, texts());

    row.remove();

    assertEquals(0, texts());
  }

  @Test
  void theTextOfARowThatIsSomebodyElsesByNowStays() throws IOException {
    assertTrue(write(first));
    QueuedMessage theirs = first.moved(first.progress().dueAt(Messages.TAKEN));
    table.fault = new FakeQueueTable.Fault(2, false);
    assertThrows(SdkException.class, () -> row.move(first.moved(first.progress())));
    table.rows.put(first.id(), QueueRows.write(theirs));

    row.remove();

    assertEquals(1, texts());
    assertTrue(table.rows.containsKey(first.id()));
  }

  private int texts() {
    return folder.toFile().list((_, name) -> name.equals(first.id())).length;
  }

  private boolean write(QueuedMessage message) throws IOException {
    return row.write(
        message,
        () -> {
          texts.incrementAndGet();
          return Optional.of(Texts.Content.of("text".getBytes(US_ASCII)));
        });
  }
}
