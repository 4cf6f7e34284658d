package dev.ipauth.relay.queue;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HeldTextTest {
  private final Path folder;
  private final Queue<Runnable> disk = new ArrayDeque<>();
  private Executor threads = Runnable::run;
  private Duration timeout = Duration.ofSeconds(30);
  private long room = 1 << 30;
  private final List<IOException> failures = new ArrayList<>();

  HeldTextTest(@TempDir Path folder) {
    this.folder = folder;
  }

  @Test
  void whatFitsIsHeldInMemory() throws IOException {
    var budget = new HeldBudget(100);
    try (var text = new HeldText(budget, files(folder), Runnable::run)) {
      add(text, "Subject: a\r\n");
      add(text, "\r\nHello\r\n");

      assertEquals(21, budget.held());
      assertHolds("Subject: a\r\n\r\nHello\r\n", text);
    }
    assertEquals(0, budget.held());
  }

  @Test
  void whatIsBeyondTheBudgetGoesToAFileWithoutAName() throws IOException {
    var budget = new HeldBudget(12);
    try (var text = new HeldText(budget, files(folder), Runnable::run)) {
      add(text, "Subject: a\r\n");
      add(text, "\r\nHello\r\n");
      add(text, "more\r\n");

      assertEquals(12, budget.held());
      try (var names = Files.list(folder)) {
        assertEquals(List.of(), names.toList());
      }
      assertHolds("Subject: a\r\n\r\nHello\r\nmore\r\n", text);
      assertHolds("Subject: a\r\n\r\nHello\r\nmore\r\n", text);
    }
    assertEquals(0, budget.held());
  }

  /** An HTTP client may be at it when it has taken too long; the memory is another's by then. */
  @Test
  void whatWasGivenBackIsReadNoMore() throws IOException {
    for (int budget : new int[] {100, 12, 0}) {
      var text = new HeldText(new HeldBudget(budget), files(folder), Runnable::run);
      add(text, "Subject: a\r\n");
      add(text, "\r\nHello\r\n");
      InputStream reading = text.open();
      assertEquals('S', reading.read());

      text.close();

      assertThrows(IOException.class, reading::read, () -> "with " + budget);
      assertThrows(IOException.class, text::open, "half a text is none");
    }
  }

  /** A device may send octet by octet, and each would take a hundred times what it is. */
  @Test
  void whatComesInSmallPiecesIsPutTogether() throws IOException {
    var budget = new HeldBudget(100_000);
    String whole = "Subject: a\r\n\r\n" + "x".repeat(20_000);
    try (var text = new HeldText(budget, files(folder), Runnable::run)) {
      for (byte octet : whole.getBytes(US_ASCII)) {
        ByteBuf piece = Unpooled.wrappedBuffer(new byte[] {octet});
        text.add(piece);
        assertEquals(1, piece.refCnt(), "each octet is held with a buffer of its own");
        piece.release();
      }
      add(text, "y".repeat(2_000));
      add(text, "z");

      assertEquals(whole.length() + 2_001, budget.held());
      assertHolds(whole + "y".repeat(2_000) + "z", text);
    }
    assertEquals(0, budget.held());
  }

  @Test
  void smallPiecesThatWaitForTheDiskCountAsWhatTheyTake() {
    threads = disk::add;
    try (var text = new HeldText(new HeldBudget(0), files(folder), Runnable::run)) {
      int pieces = 0;
      while (text.isWritable()) {
        add(text, "x");
        pieces++;
      }

      assertTrue(pieces < 300, "so many pieces of one text wait for the disk");
      assertEquals(1, disk.size(), "each piece is a task of its own");
    }
    runDisk();
  }

  @Test
  void allTextsShareOneBudget() {
    var budget = new HeldBudget(10);
    try (var one = new HeldText(budget, files(folder), Runnable::run);
        var other = new HeldText(budget, files(folder), Runnable::run)) {
      add(one, "12345678");
      add(other, "12345678");

      assertEquals(8, budget.held());
      assertTrue(other.isWhole());
    }
  }

  @Test
  void whatCantBeHeldPassesUnheld() {
    var budget = new HeldBudget(4);
    try (var text = new HeldText(budget, files(folder.resolve("missing")), Runnable::run)) {
      add(text, "1234");
      add(text, "5678");
      add(text, "90");

      assertFalse(text.isWhole());
      assertEquals(1, failures.size());
      assertEquals(0, budget.held());
    }
  }

  @Test
  void thatTextsCantBeHeldIsSaidOnceAndThatTheyCanAgainToo() {
    var lines = new ArrayList<String>();
    var trouble = new HeldTrouble(lines::add);
    for (String name : List.of("missing", "missing", ".", ".")) {
      var files = new HeldFiles(folder.resolve(name), room, threads, trouble, timeout);
      try (var text = new HeldText(new HeldBudget(0), files, Runnable::run)) {
        add(text, "1234");
      }
    }

    assertEquals(2, lines.size(), lines.toString());
    assertTrue(lines.getFirst().startsWith("A text can't be held: "), lines.getFirst());
    assertEquals("Texts can be held again", lines.getLast());
  }

  @Test
  void aSlowDiskHoldsUpTheDeviceAndNotTheEventLoop() throws IOException {
    threads = disk::add;
    var resumed = new AtomicInteger();
    var budget = new HeldBudget(0);
    try (var text = new HeldText(budget, files(folder), Runnable::run)) {
      add(text, "x".repeat(200_000));
      assertTrue(text.isWritable());
      add(text, "y".repeat(200_000));
      assertFalse(text.isWritable());
      text.whenWritable(resumed::incrementAndGet);
      assertEquals(0, resumed.get());

      disk.remove().run();

      assertEquals(1, resumed.get());
      assertHolds("x".repeat(200_000) + "y".repeat(200_000), text);
    }
    disk.remove().run();
    assertEquals(List.of(), List.copyOf(disk));
  }

  @Test
  void aDiskThatStandsStillHoldsUpNobodyForLong() throws InterruptedException {
    threads = disk::add;
    timeout = Duration.ofMillis(10);
    var resumed = new CountDownLatch(1);
    var budget = new HeldBudget(10);
    try (var text = new HeldText(budget, files(folder), Runnable::run)) {
      add(text, "in memory");
      add(text, "x".repeat(300_000));
      assertFalse(text.isWritable());
      text.whenWritable(resumed::countDown);

      assertTrue(resumed.await(30, TimeUnit.SECONDS));
      assertTrue(text.isWritable());
      assertFalse(text.isWhole());
      assertEquals(0, budget.held());
      assertEquals(1, failures.size());
      add(text, "it goes on unheld");
      assertTrue(text.isWritable());
    }
    runDisk();
    assertEquals(1, failures.size());
  }

  @Test
  void aDiskThatStandsStillAtTheEndIsNotWaitedForEither() {
    threads = disk::add;
    timeout = Duration.ofMillis(10);
    try (var text = new HeldText(new HeldBudget(0), files(folder), Runnable::run)) {
      add(text, "x");

      assertFalse(text.isWhole());
    }
    runDisk();
  }

  /** Each of them waits for the disk, and all of them together are bounded too. */
  @Test
  void whatWaitsForTheDiskIsBoundedOverAllTexts() {
    threads = disk::add;
    HeldFiles files = files(folder);
    var texts = new ArrayList<HeldText>();
    for (int i = 0; i < 256; i++) {
      var text = new HeldText(new HeldBudget(0), files, Runnable::run);
      add(text, "x".repeat((1 << 16) - HeldRest.PIECE_OVERHEAD));
      texts.add(text);
    }
    assertTrue(texts.stream().noneMatch(HeldText::isWritable), "while so many wait");
    try (var other = new HeldText(new HeldBudget(0), files, Runnable::run)) {
      add(other, "y");
      assertEquals(256, disk.size(), "it doesn't wait for the disk, too");
      assertFalse(other.isWhole());
      runDisk();

      assertTrue(texts.stream().allMatch(HeldText::isWhole));
    }
    texts.forEach(HeldText::close);
    runDisk();
  }

  /** A device hangs up within its text, or the next hop answers before the disk does. */
  @Test
  void whatIsGivenUpBeforeItIsWrittenGivesItsRoomBack() {
    threads = disk::add;
    room = 100_000;
    HeldFiles files = files(folder);
    for (int writes = 0; writes < 3; writes++) {
      try (var text = new HeldText(new HeldBudget(0), files.of("office"), Runnable::run)) {
        add(text, "x".repeat(40_000));
        for (int done = 0; done < writes && !disk.isEmpty(); done++) {
          disk.remove().run();
          add(text, "y".repeat(10_000));
        }
        text.lose();
      }
      runDisk();
    }
    try (var next = new HeldText(new HeldBudget(0), files.of("office"), Runnable::run)) {
      add(next, "z".repeat(80_000));
      runDisk();
      assertTrue(next.isWhole(), "all of it is given back");
    }
    runDisk();
  }

  /** Half a text that is taken for a whole one would be kept, and its device told so. */
  @Test
  void aTextWhoseWriteEndsWithAnErrorIsNotWhole() {
    threads = disk::add;
    var outcomes =
        new HeldFiles.Outcomes() {
          @Override
          public void failed(IOException why) {
            failures.add(why);
          }

          @Override
          public void worked() {
            throw new OutOfMemoryError("as if");
          }
        };
    var files = new HeldFiles(folder, room, threads, outcomes, timeout);
    try (var text = new HeldText(new HeldBudget(0), files, Runnable::run)) {
      add(text, "half of it");
      assertThrows(OutOfMemoryError.class, this::runDisk);

      assertFalse(text.isWhole());
    }
    runDisk();
  }

  /** A file is written again by another text, which is shorter. */
  @Test
  void aTextIsReadNoFurtherThanItGoes() throws IOException {
    HeldFiles files = files(folder);
    for (String whole : List.of("a longer text\r\n", "short\r\n", "another one\r\n")) {
      try (var text = new HeldText(new HeldBudget(0), files, Runnable::run)) {
        add(text, whole.substring(0, 3));
        add(text, whole.substring(3));
        assertHolds(whole, text);
      }
    }
  }

  /** Whoever is still reading a text when it is given back reads none of the next one. */
  @Test
  void noTextIsReadAsAnother() throws IOException {
    HeldFiles files = files(folder);
    var first = new HeldText(new HeldBudget(0), files, Runnable::run);
    add(first, "the first office's");
    InputStream reading = first.open();
    assertEquals('t', reading.read());
    first.close();
    try (var next = new HeldText(new HeldBudget(0), files, Runnable::run)) {
      add(next, "the next office's, which is longer");

      assertThrows(IOException.class, reading::readAllBytes);
      assertHolds("the next office's, which is longer", next);
    }
  }

  /** Texts of any length whose ends never come, on any number of connections. */
  @Test
  void noAccountFillsTheDisk() {
    room = 100_000;
    HeldFiles files = files(folder);
    var greedy = new ArrayList<HeldText>();
    for (int i = 0; i < 10; i++) {
      var text = new HeldText(new HeldBudget(0), files.of("greedy"), Runnable::run);
      greedy.add(text);
      for (int piece = 0; piece < 30; piece++) {
        add(text, "x".repeat(1000));
      }
      try (var other = new HeldText(new HeldBudget(0), files.of("office"), Runnable::run)) {
        add(other, "y".repeat(9_000));
        assertTrue(other.isWhole(), "another account's text finds room");
      }
    }
    assertEquals(3, greedy.stream().filter(HeldText::isWhole).count());
    assertEquals(List.of(), failures, "which is no fault of the disk's");
    greedy.forEach(HeldText::close);
    try (var next = new HeldText(new HeldBudget(0), files.of("greedy"), Runnable::run)) {
      add(next, "z".repeat(50_000));
      assertTrue(next.isWhole(), "all of it is given back");
    }
  }

  /** On one machine they are on one disk, with the tables: when it is full, nothing works. */
  @Test
  void whatIsHeldAndWhatIsKeptLeaveSomeOfTheDisk() {
    assertTrue(1.0 / HeldTexts.PART_OF_DISK + Places.SHARE_OF_DISK < 0.95);
  }

  private void runDisk() {
    while (!disk.isEmpty()) {
      disk.remove().run();
    }
  }

  private HeldFiles files(Path where) {
    return new HeldFiles(where, room, threads, failures::add, timeout);
  }

  private static void add(HeldText text, String piece) {
    ByteBuf octets = Unpooled.copiedBuffer(piece, US_ASCII);
    text.add(octets.slice());
    octets.release();
  }

  private static void assertHolds(String expected, HeldText text) throws IOException {
    var read = new ByteArrayOutputStream();
    try (InputStream in = text.open()) {
      in.transferTo(read);
    }
    byte[] octets = expected.getBytes(US_ASCII);
    assertArrayEquals(octets, read.toByteArray());
    assertEquals(octets.length, text.length());
    var checksum = new CRC32C();
    checksum.update(octets);
    assertEquals((int) checksum.getValue(), text.crc32c());
  }
}
