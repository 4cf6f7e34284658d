package dev.ipauth.relay.queue;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.core.exception.SdkClientException;

/** A store that has no room, whatever may be kept. */
class NoRoomTest extends WithAQueue {
  NoRoomTest(@TempDir Path folder) {
    super(folder);
  }

  /** Whether the words are the system's or SQLite's, and who says them. */
  @ParameterizedTest
  @CsvSource({
    "text, /q/id1.part: No space left on device, 452",
    "text, Disk quota exceeded, 452",
    "text, Input/output error, 451",
    "row, [SQLITE_FULL] database or disk is full, 452",
    "row, Throttled, 451"
  })
  void whatFindsNoRoomOnTheDiskHearsSo(String where, String why, String heard) throws IOException {
    if (where.equals("text")) {
      disk =
          texts -> {
            var full = new FullDisk(texts, 1000);
            full.why = why;
            return full;
          };
    } else {
      table.beforeWrite =
          () -> {
            throw SdkClientException.create("The tables can't be written: " + why);
          };
    }

    assertEquals(heard, send(new ScriptedDelivery(List.of("250"), "354", "451")).end());

    boolean isFull = heard.equals("452");
    assertEquals(isFull, room.isFull());
    assertEquals(isFull, events.lines.contains("alarm QUEUE_FULL"), events.lines.toString());
    assertEquals(List.of(), rows());
    room.lookForRoom(_ -> true);
    assertEquals(isFull, room.isFull(), "a store may not know that it is full");
    room.lookForRoom(_ -> false);
    assertEquals(isFull, room.isFull(), "until there is room, and some to spare");
    room.lookForRoom(length -> length > TEXT.length());
    assertFalse(room.isFull());
  }

  /** Whatever words the system has for it. */
  @Test
  void aDiskWithoutRoomIsFullInEveryLanguage() throws IOException {
    disk =
        texts -> {
          var full = new FullDisk(texts, 1000);
          full.why = "Auf dem Gerät ist kein Speicherplatz mehr verfügbar";
          full.hasNone = true;
          return full;
        };

    assertEquals("452", send(new ScriptedDelivery(List.of("250"), "354", "451")).end());
  }

  /** It is only known when the text is written, for which the device's final dot waits. */
  @Test
  void aTextThatIsWrittenAtTheEndFindsNoRoomWhereItIsHeld() throws IOException {
    heldBytes = 0;
    heldThreads = CompletableFuture.delayedExecutor(200, TimeUnit.MILLISECONDS);
    heldOutcomes =
        new HeldFiles.Outcomes() {
          @Override
          public void failed(IOException why) {
            events.trouble("held", why);
          }

          @Override
          public void worked() {
            throw new UncheckedIOException(new IOException("No space left on device"));
          }
        };

    assertEquals("452", send(new ScriptedDelivery(List.of("250"), "354", "451")).end());
  }
}
