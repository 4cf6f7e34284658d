package dev.ipauth.local.lines;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Event lines on one machine while the recorder's tables are away. */
@Timeout(60)
class RecordedLinesTest {
  private final ByteArrayOutputStream standardOutput = new ByteArrayOutputStream();
  private final List<String> recorded = Collections.synchronizedList(new ArrayList<>());
  private final List<String> written = new ArrayList<>();
  private final AtomicInteger tries = new AtomicInteger();
  private volatile boolean away = true;
  private volatile CountDownLatch failed = new CountDownLatch(1);

  private void record(List<String> lines) {
    tries.incrementAndGet();
    if (away) {
      failed.countDown();
      throw new IllegalStateException("The tables are away");
    }
    recorded.addAll(lines);
  }

  @Test
  void whatIsWrittenMeanwhileIsRecordedOnceWhenTheyAreBack(@TempDir Path folder) throws Exception {
    try (var lines = new RecordedLines(standardOutput, folder)) {
      lines.giveTo(this::record);
      write(lines, 2500);
      awaitFailure();
      write(lines, 2500);
      failed = new CountDownLatch(1);
      awaitFailure();
      away = false;
    }

    assertEquals(written, recorded);
    assertEquals(written, standardOutput.toString(UTF_8).lines().toList());
  }

  @Test
  void whatNeverCouldBeIsTheNextStarts(@TempDir Path folder) throws Exception {
    try (var lines = new RecordedLines(standardOutput, folder)) {
      lines.giveTo(this::record);
      write(lines, 10);
      awaitFailure();
    }
    assertEquals(List.of(), recorded);

    away = false;
    try (var lines = new RecordedLines(standardOutput, folder)) {
      lines.giveTo(this::record);
      write(lines, 10);
    }
    assertEquals(written, recorded);
  }

  /** In the time that the pauses between the recorder's tries add up to. */
  @Test
  void anHourWithoutTheTablesIsMadeUpForWhenTheyAreBack(@TempDir Path folder) throws Exception {
    var relay = new AtomicReference<RecordedLines>();
    var passed = new AtomicReference<>(Duration.ZERO);
    var caughtUp = new CountDownLatch(1);
    var over = new AtomicBoolean();
    RecordedLines.Pause hour =
        (closing, time) -> {
          passed.updateAndGet(time::plus);
          away = passed.get().compareTo(Duration.ofHours(1)) < 0;
          if (away) {
            // The relay goes on meanwhile.
            write(relay.get(), 5);
          } else if (recorded.size() == written.size()) {
            caughtUp.countDown();
            while (!over.get()) {
              closing.wait();
            }
          }
        };
    try (var lines = new RecordedLines(standardOutput, folder, hour)) {
      relay.set(lines);
      write(lines, 5);
      lines.giveTo(this::record);
      boolean isCaughtUp = caughtUp.await(30, TimeUnit.SECONDS);
      over.set(true);

      assertTrue(isCaughtUp, "It never catches up");

      assertEquals(written, recorded);
      assertTrue(tries.get() > 100, "It gave up");
      assertTrue(tries.get() <= 3600, () -> "Asked " + tries + " times in an hour");
    }
    assertEquals(written, standardOutput.toString(UTF_8).lines().toList());
  }

  @Test
  void whoWritesDoesNotWaitForARecorderThatHangs(@TempDir Path folder) throws Exception {
    var back = new CountDownLatch(1);
    try (var lines = new RecordedLines(standardOutput, folder)) {
      lines.giveTo(
          some -> {
            failed.countDown();
            try {
              back.await();
            } catch (InterruptedException e) {
              throw new IllegalStateException(e);
            }
            recorded.addAll(some);
          });
      write(lines, 10);
      awaitFailure();
      // More than a file of them.
      write(lines, 100_000);
      assertEquals(written, standardOutput.toString(UTF_8).lines().toList());
      back.countDown();
    }
    assertEquals(written, recorded);
  }

  private void awaitFailure() throws InterruptedException {
    assertTrue(failed.await(30, TimeUnit.SECONDS), "It isn't asked");
  }

  private void write(RecordedLines lines, int number) {
    for (int i = 0; i < number; i++) {
      String line = "{\"line\":" + written.size() + "}";
      written.add(line);
      byte[] octets = (line + "\n").getBytes(UTF_8);
      try {
        lines.write(octets, 0, octets.length);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
