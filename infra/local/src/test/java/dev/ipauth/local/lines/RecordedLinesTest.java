package dev.ipauth.local.lines;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Event lines on one machine while the recorder's tables are away. */
@Timeout(60)
class RecordedLinesTest {
  private final ByteArrayOutputStream standardOutput = new ByteArrayOutputStream();
  private final List<String> recorded = Collections.synchronizedList(new ArrayList<>());
  private final List<String> written = new ArrayList<>();
  private volatile boolean away = true;
  private volatile CountDownLatch failed = new CountDownLatch(1);

  private void record(List<String> lines) {
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

  private void awaitFailure() throws InterruptedException {
    assertTrue(failed.await(30, TimeUnit.SECONDS), "It isn't asked");
  }

  private void write(RecordedLines lines, int number) throws IOException {
    for (int i = 0; i < number; i++) {
      String line = "{\"line\":" + written.size() + "}";
      written.add(line);
      byte[] octets = (line + "\n").getBytes(UTF_8);
      lines.write(octets, 0, octets.length);
    }
  }
}
