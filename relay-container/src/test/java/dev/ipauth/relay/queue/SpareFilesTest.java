package dev.ipauth.relay.queue;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.WRITE;
import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SpareFilesTest {
  private final Path folder;
  private final SpareFiles spares = new SpareFiles(100, Runnable::run);

  SpareFilesTest(@TempDir Path folder) {
    this.folder = folder;
  }

  @Test
  void theLastOneIsTakenFirst() throws IOException {
    FileChannel one = file("one", 10);
    FileChannel other = file("other", 10);
    spares.keep(one);
    spares.keep(other);

    assertEquals(other, spares.take());
    assertEquals(one, spares.take());
    assertNull(spares.take());
  }

  @Test
  void whatIsTooMuchIsClosed() throws IOException {
    FileChannel kept = file("kept", 60);
    FileChannel tooMuch = file("too-much", 60);
    spares.keep(kept);
    spares.keep(tooMuch);

    assertFalse(tooMuch.isOpen());
    assertEquals(kept, spares.take());
    FileChannel next = file("next", 60);
    spares.keep(next);
    assertTrue(next.isOpen(), "what was taken makes room");
  }

  @Test
  void whatNobodyNeededForAWhileIsClosed() throws IOException {
    FileChannel idle = file("idle", 10);
    FileChannel inUse = file("in-use", 10);
    spares.keep(idle);
    spares.keep(inUse);
    spares.closeUnused();
    assertTrue(idle.isOpen() && inUse.isOpen(), "they have just come");

    spares.keep(requireNonNull(spares.take()));
    spares.closeUnused();
    assertFalse(idle.isOpen());
    assertTrue(inUse.isOpen());

    spares.closeUnused();
    assertFalse(inUse.isOpen());
    assertNull(spares.take());
  }

  private FileChannel file(String name, int octets) throws IOException {
    FileChannel file = FileChannel.open(folder.resolve(name), CREATE, WRITE);
    file.write(ByteBuffer.allocate(octets));
    return file;
  }
}
