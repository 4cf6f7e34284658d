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

    pause.share();

    assertEquals(Optional.empty(), store(folder).notedPause());
  }

  @Test
  void aPauseThatCantBeNotedIsNotedLater() throws IOException {
    var pause = new NotedPause(store(new FullDisk(folder, 1)), events);
    begin(pause);
    assertEquals(Optional.empty(), store(folder).notedPause());

    pause.share();

    assertEquals(Optional.of("554"), store(folder).notedPause());
    assertTrue(pause.isOn());
  }

  @Test
  void aPauseThatCantBeRecalledIsRecalledLater() throws IOException {
    store(folder).notePause("554");
    var disk = new FullDisk(folder, 0);
    disk.readsNothing = true;
    var pause = new NotedPause(store(disk), events);
    pause.share();
    disk.readsNothing = false;

    pause.share();

    assertTrue(pause.isOn());
    assertEquals(Optional.of("554"), store(folder).notedPause());
  }

  /** Else each of them bounces three, and goes on with what another one has found out. */
  @Test
  void whatOneRelayFindsOutHoldsForAll() {
    var first = new NotedPause(store(folder), events);
    var second = new NotedPause(store(folder), events);
    begin(first);
    assertFalse(second.isOn());
    second.share();
    assertTrue(second.isOn());
    assertTrue(second.isFor("554"));

    second.other();
    assertTrue(first.isOn());
    first.share();
    first.share();
    assertFalse(first.isOn());

    assertEquals(
        List.of(
            "alarm BOUNCING_PAUSED",
            "alarm BOUNCING_PAUSED",
            "alarm BOUNCING_PAUSED over",
            "alarm BOUNCING_PAUSED over"),
        events.lines,
        "each relay says so once");
  }

  /** What isn't noted yet is news, and no other relay's end of the pause. */
  @Test
  void aPauseThatCantBeNotedIsntOverForThat() {
    var pause = new NotedPause(store(new FullDisk(folder, 2)), events);
    begin(pause);
    pause.share();
    assertTrue(pause.isOn());
    pause.share();
    pause.share();
    assertTrue(pause.isOn());
  }
}
