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
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
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
  private final Room room = new Room(1000);

  OwnRowTest(@TempDir Path folder) {
    this.folder = folder;
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
    row.remove(Messages.TAKEN);
    assertTrue(table.read(first.id()).orElseThrow().mark().isTakenBack());
  }

  @Test
  void whatComesLateIsRemovedToo() throws IOException {
    assertTrue(write(first));
    table.fault = new FakeQueueTable.Fault(2, false);
    QueuedMessage next = first.moved(first.progress().dueAt(Messages.TAKEN));
    assertThrows(SdkException.class, () -> row.move(next));
    table.beforeWrite = () -> table.rows.replace(first.id(), QueueRows.write(next));

    row.remove(Messages.TAKEN);

    assertFalse(table.rows.containsKey(first.id()));
  }

  /** It counts as used room, and is the text of what the device was told isn't kept. */
  @Test
  void theTextOfARowThatNeverCameGoesWithIt() throws IOException {
    table.fault = new FakeQueueTable.Fault(1, false);
    assertThrows(SdkException.class, () -> write(first));
    assertEquals(1, texts());

    row.remove(Messages.TAKEN);

    assertEquals(0, texts());
  }

  /**
   * That it isn't there yet is no proof that it won't be: its device has heard that it isn't kept.
   */
  @Test
  void aWriteThatComesAfterTheRemovalFindsItsPlaceTaken() throws IOException {
    table.fault = new FakeQueueTable.Fault(1, false);
    assertThrows(SdkException.class, () -> write(first));

    row.remove(Messages.TAKEN);

    assertFalse(row.mayBeThere());
    assertFalse(table.put(first));
    QueuedMessage there = table.read(first.id()).orElseThrow();
    assertTrue(there.mark().isTakenBack());
    assertEquals(Messages.TAKEN.plus(Duration.ofMinutes(15)), there.progress().due());
    var listed = new ArrayList<QueuedMessage>();
    table.forEachMessage(listed::add, _ -> {});
    assertEquals(List.of(), listed);
  }

  /** The second came, the first may come yet. */
  @Test
  void theSameWhenAnotherWriteCameMeanwhile() throws IOException {
    table.fault = new FakeQueueTable.Fault(1, false);
    assertThrows(SdkException.class, () -> write(first));
    assertTrue(write(first.moved(first.progress())));
    assertEquals(1, room.keptMessages());

    row.remove(Messages.TAKEN);

    assertFalse(table.put(first));
    assertEquals(0, texts());
    assertEquals(0, room.keptMessages());
  }

  /** The answer of the taking back may be lost, too. */
  @Test
  void takingBackIsTriedAgainAsItWas() throws IOException {
    table.fault = new FakeQueueTable.Fault(1, false);
    assertThrows(SdkException.class, () -> write(first));
    table.fault = new FakeQueueTable.Fault(2, true);
    assertThrows(SdkException.class, () -> row.remove(Messages.TAKEN));

    row.remove(Messages.TAKEN.plusSeconds(60));

    assertFalse(row.mayBeThere());
    assertEquals(0, texts());
  }

  @Test
  void theTextOfARowThatIsSomebodyElsesByNowStays() throws IOException {
    assertTrue(write(first));
    QueuedMessage theirs = first.moved(first.progress().dueAt(Messages.TAKEN));
    table.fault = new FakeQueueTable.Fault(2, false);
    assertThrows(SdkException.class, () -> row.move(first.moved(first.progress())));
    table.rows.put(first.id(), QueueRows.write(theirs));

    row.remove(Messages.TAKEN);

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
