package dev.ipauth.relay.queue;

import static java.lang.Thread.State.RUNNABLE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NotedPauseTest {
  private final FakeQueueTable table = new FakeQueueTable();
  private final RecordedEvents events = new RecordedEvents();
  private final Texts folder;

  NotedPauseTest(@TempDir Path folder) {
    this.folder = FolderTexts.in(folder);
  }

  private Store store(Texts texts) {
    return new Store(texts, table, new Room(1_000_000), events);
  }

  private static void begin(NotedPause pause) {
    for (String user : List.of("one", "two", "three")) {
      pause.bounced(user, "554");
    }
  }

  /** A bucket may take a second to keep the note, and a message pass meanwhile. */
  @Test
  void aPauseThatEndsWhileItsBeginningIsNotedLeavesNoNote() throws Exception {
    var disk = new HangingDisk(folder);
    var pause = new NotedPause(store(disk), events);
    Thread begins = Thread.ofPlatform().start(() -> begin(pause));
    WithAQueue.eventually(() -> disk.atOnce.get() == 1, "the note is being written");
    Thread ends = Thread.ofPlatform().start(pause::other);
    WithAQueue.eventually(() -> ends.getState() != RUNNABLE, "the end waits, or is over");

    disk.goOn(9);
    begins.join();
    ends.join();

    assertFalse(pause.isOn());
    assertEquals(Optional.empty(), store(folder).notedPause());
    assertEquals(List.of("alarm BOUNCING_PAUSED", "alarm BOUNCING_PAUSED over"), events.lines);
  }

  @Test
  void aNoteThatCantBeRemovedIsRemovedLater() throws IOException {
    var disk = new FullDisk(folder, 0);
    var pause = new NotedPause(store(disk), events);
    begin(pause);
    disk.deletesNothing = true;
    pause.other();
    assertEquals(Optional.of("554"), store(folder).notedPause());
    disk.deletesNothing = false;

    pause.note();

    assertEquals(Optional.empty(), store(folder).notedPause());
  }

  @Test
  void aPauseThatCantBeNotedIsNotedLater() throws IOException {
    var pause = new NotedPause(store(new FullDisk(folder, 1)), events);
    begin(pause);
    assertEquals(Optional.empty(), store(folder).notedPause());

    pause.note();

    assertEquals(Optional.of("554"), store(folder).notedPause());
    assertTrue(pause.isOn());
  }

  @Test
  void aPauseThatCantBeRecalledIsRecalledLater() throws IOException {
    store(folder).notePause("554");
    var disk = new FullDisk(folder, 0);
    disk.readsNothing = true;
    var pause = new NotedPause(store(disk), events);
    pause.recall();
    disk.readsNothing = false;

    pause.note();

    assertTrue(pause.isOn());
    assertEquals(Optional.of("554"), store(folder).notedPause());
  }
}
