package dev.ipauth.relay.queue;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A disk that stands still: nobody waits for long, and what is written too late is taken back. */
class TimedTextsTest {
  private static final byte[] TEXT = "Subject: a scan\r\n\r\nHello.\r\n".getBytes(US_ASCII);
  private static final String STANDS_STILL =
      "the disk of QUEUE_TEXTS stands still: what it was asked for isn't done after 0.05 s";

  private final FolderTexts folder;
  private final HangingDisk disk;
  private final RecordedEvents events = new RecordedEvents();
  private TimedTexts texts;

  TimedTextsTest(@TempDir Path parent) {
    folder = FolderTexts.in(parent.resolve("queue"));
    disk = new HangingDisk(folder);
    texts = timed(Duration.ofMillis(50));
  }

  private TimedTexts timed(Duration timeout) {
    return new TimedTexts(disk, timeout, 3, events);
  }

  @AfterEach
  void end() {
    disk.goOn(1000);
    texts.close();
  }

  private void put(String id) throws IOException {
    texts.put(id, Texts.Content.of(TEXT));
  }

  private List<String> ids() throws IOException {
    var ids = new ArrayList<String>();
    folder.forEach(found -> ids.add(found.id()));
    return ids.stream().sorted().toList();
  }

  private void diskIsIdle() {
    WithAQueue.eventually(() -> texts.isIdle(), "the disk has done all that it was asked for");
  }

  @Test
  void whatIsWrittenInTimeIsThere() throws IOException {
    texts = timed(Duration.ofMinutes(1));
    disk.goOn(2);
    put("abc");
    try (InputStream in = texts.open("abc")) {
      assertArrayEquals(TEXT, in.readAllBytes());
    }
    assertEquals(Optional.empty(), texts.trouble());
    assertEquals(List.of(), events.lines);
  }

  @Test
  void whatIsWrittenTooLateIsTakenBack() throws IOException {
    var failure = assertThrows(IOException.class, () -> put("abc"));
    assertEquals(STANDS_STILL, failure.getMessage());
    assertEquals(Optional.of(STANDS_STILL), texts.trouble());

    disk.goOn(1);
    diskIsIdle();
    assertEquals(List.of(), ids(), "nobody was promised it");
    assertEquals(Optional.empty(), texts.trouble(), "it goes on");
  }

  /** The late one would rename, or delete, what another is writing. */
  @Test
  void nothingElseIsWrittenUnderItsIdMeanwhile() throws IOException {
    texts = timed(Duration.ofSeconds(2)); // for what is to be done in time on a busy machine
    assertThrows(IOException.class, () -> put("abc"));
    var failure = assertThrows(IOException.class, () -> put("abc"));
    assertEquals("the disk is still at an earlier try to write this text", failure.getMessage());

    disk.goOn(1);
    diskIsIdle();
    disk.goOn(1);
    put("abc");
    assertEquals(List.of("abc"), ids());
  }

  @Test
  void aTextThatCantBeWrittenCanBeTriedAgainAtOnce() throws IOException {
    texts = timed(Duration.ofMinutes(1));
    disk.goOn(200);
    var broken =
        new Texts.Content() {
          @Override
          public long length() {
            return 1;
          }

          @Override
          public InputStream open() throws IOException {
            throw new IOException("the text is held no longer");
          }
        };
    for (int i = 0; i < 50; i++) {
      var failure = assertThrows(IOException.class, () -> texts.put("abc", broken));
      assertEquals("the text is held no longer", failure.getMessage());
      put("abc");
      put("abc");
    }
    assertEquals(List.of(), events.lines, "that is no fault of the disk's");
  }

  @ParameterizedTest
  @ValueSource(ints = {3, 100})
  void noMoreThreadsHangThanMay(int messages) throws Exception {
    try (var devices = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Callable<Boolean>> puts =
          Stream.iterate(0, i -> i + 1).limit(messages).map(this::isNotKept).toList();
      for (Future<Boolean> refused : devices.invokeAll(puts)) {
        assertTrue(refused.get());
      }
    }
    assertEquals(3, disk.mostAtOnce.get());
    disk.goOn(3);
    diskIsIdle();
    assertEquals(List.of(), ids());
  }

  private Callable<Boolean> isNotKept(int i) {
    return () -> {
      assertThrows(IOException.class, () -> put("id" + i));
      return true;
    };
  }

  @Test
  void nobodyWaitsToReadOrToGoThroughAllForEverEither() {
    assertThrows(IOException.class, () -> texts.open("abc"));
    assertThrows(IOException.class, () -> texts.forEach(_ -> {}));
  }
}
