package dev.ipauth.relay.queue;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ipauth.tables.QueueRows;
import dev.ipauth.tables.QueuedMessage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StoreTest {
  private final Path folder;
  private final Instant now = Instant.now();
  private final FakeQueueTable table = new FakeQueueTable();
  private final RecordedEvents events = new RecordedEvents();
  private final Store store;

  StoreTest(@TempDir Path folder) {
    this.folder = folder;
    store = new Store(FolderTexts.in(folder), table, new Room(1_000_000), events);
  }

  @Test
  void aSweepDeletesWhatNoRowHasNeededForADayAndNothingElse() throws IOException {
    QueuedMessage kept = Messages.to("a@example.net");
    store.keep(kept, Texts.Content.of("kept".getBytes(US_ASCII)));
    age(kept.id(), 2);
    make("abandoned", 2);
    make("unfinished.part", 2);
    make("justput", 0);
    make("notes.txt", 2);

    store.sweep(now);

    assertEquals(List.of(kept.id(), "justput", "notes.txt"), names());
  }

  @Test
  void whatCantBeDeletedDoesntEndTheSweep() throws IOException {
    // Whichever of them comes first, the other is still swept.
    for (String name : List.of("first", "second")) {
      make(name, 2);
    }
    var texts = new OneThatCantBeDeleted(FolderTexts.in(folder));
    new Store(texts, table, new Room(1_000_000), events).sweep(now);

    assertEquals(List.of(texts.stays()), names());
    assertEquals(1, events.lines.size());
  }

  /**
   * Nobody was promised it, so it leaves nothing: no text, no line, and no room less than before.
   */
  @Test
  void whatWasTakenBackEndsWithoutALine() throws IOException {
    QueuedMessage message = Messages.to("a@example.net");
    store.putText(message, Texts.Content.of("kept".getBytes(US_ASCII)));
    assertTrue(table.takeBack(message, null, now));

    store.forgetTakenBack(table.read(message.id()).orElseThrow());

    assertEquals(List.of(), names());
    assertEquals(Map.of(), table.rows);
    assertEquals(List.of(), events.lines);
  }

  /** A folder that is gone is trouble until a text can be put again; a missing text is none. */
  @Test
  void whetherTextsCanBeUsedIsToldAtEachUse(@TempDir Path above) throws IOException {
    Path gone = above.resolve("queue");
    var store = new Store(FolderTexts.in(gone), table, new Room(1_000_000), events);
    QueuedMessage message = Messages.to("a@example.net");
    Texts.Content text = Texts.Content.of("kept".getBytes(US_ASCII));
    assertThrows(Store.DamagedText.class, () -> store.open(message));
    assertNull(events.textsTrouble);

    Files.delete(gone.resolve(".lock"));
    Files.delete(gone);
    assertThrows(IOException.class, () -> store.putText(message, text));
    assertEquals(gone.resolve(message.id() + ".part") + " isn't there", events.textsTrouble);
    assertTrue(store.isInTrouble());

    Files.createDirectory(gone);
    store.putText(message, text);
    assertNull(events.textsTrouble);
    assertFalse(store.isInTrouble());
  }

  /** A disk may have room and no inodes, or a quota; and the rows are on a disk of their own. */
  @ParameterizedTest
  @CsvSource({
    "1000, 3, true,  true",
    "1001, 3, true,  false",
    "1000, 0, true,  false",
    "1000, 3, false, false"
  })
  void whetherAMessageCanBeKeptIsTriedAndLeavesNothing(
      long length, int inodes, boolean hasTable, boolean takes) throws IOException {
    table.isAway = !hasTable;
    var texts = new WithAQuota(FolderTexts.in(folder), 1000, inodes + 5);
    var store = new Store(texts, table, new Room(1_000_000), events);

    assertEquals(takes, store.takes(length, now));

    assertEquals(List.of(), names());
    assertEquals(takes ? 1 : 0, table.rows.size());
    table.rows.values().forEach(row -> assertTrue(QueueRows.read(row).mark().isTakenBack()));
  }

  private void make(String name, int daysAgo) throws IOException {
    Files.writeString(folder.resolve(name), name);
    age(name, daysAgo);
  }

  private void age(String name, int daysAgo) throws IOException {
    Files.setLastModifiedTime(
        folder.resolve(name), FileTime.from(now.minus(Duration.ofDays(daysAgo))));
  }

  private List<String> names() throws IOException {
    try (var files = Files.list(folder)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> !name.startsWith("."))
          .sorted()
          .toList();
    }
  }

  /** Texts of which the first that is to be deleted stays. */
  private static final class OneThatCantBeDeleted extends ForwardingTexts {
    private @Nullable String stays;

    OneThatCantBeDeleted(Texts texts) {
      super(texts);
    }

    String stays() {
      return String.valueOf(stays);
    }

    @Override
    public void delete(String id) throws IOException {
      if (stays == null) {
        stays = id;
        throw new IOException("not now");
      }
      super.delete(id);
    }
  }

  /** Texts of which none may be longer, and only so many may be there. */
  private static final class WithAQuota extends ForwardingTexts {
    private final long longest;
    private int inodes;

    WithAQuota(Texts texts, long longest, int inodes) {
      super(texts);
      this.longest = longest;
      this.inodes = inodes;
    }

    @Override
    public void put(String id, Content content) throws IOException {
      super.put(id, content);
      try (var in = content.open()) {
        assertEquals(content.length(), in.readAllBytes().length);
      }
      inodes--;
      if (content.length() > longest || inodes < 0) {
        super.delete(id);
        throw new IOException("Disk quota exceeded");
      }
    }

    @Override
    public void delete(String id) throws IOException {
      super.delete(id);
      inodes++;
    }
  }
}
