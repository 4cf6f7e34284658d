package dev.ipauth.relay.queue;

import static java.util.concurrent.TimeUnit.MILLISECONDS;

import io.netty.buffer.ByteBuf;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * A text while it passes, so that it can still be kept when the next hop doesn't take it: in memory
 * as long as the budget has room, then in a file without a name, which is gone with the process.
 *
 * <p>Filled on an event loop, which the file doesn't hold up: what is yet to be written waits, and
 * {@link #isWritable} says when enough of it does. Read and closed by one thread at a time.
 */
public final class HeldText implements Texts.Content, AutoCloseable {
  /** What waits to be written of one text before its device is to wait too. */
  private static final int WAITING = 1 << 16;

  /** What a piece takes beyond its octets while it waits to be written: its task, and a thread. */
  static final int PIECE_OVERHEAD = 1 << 10;

  private final HeldMemory memory;
  private final HeldFiles files;
  private final Executor loop;
  private final CRC32C checksum = new CRC32C();
  private final AtomicLong waiting = new AtomicLong();
  private CompletableFuture<Void> written = CompletableFuture.completedFuture(null);
  private long length;
  private boolean overflows;

  /** What it takes of the disk, or will as soon as it is written. */
  private long onDisk;

  private volatile @Nullable FileChannel rest;
  private volatile boolean lost;
  private volatile boolean foundNoRoom;
  private volatile @Nullable Runnable resume;

  /**
   * @param loop where what waits for {@link #isWritable} runs
   */
  HeldText(HeldBudget budget, HeldFiles files, Executor loop) {
    this.memory = new HeldMemory(budget);
    this.files = files;
    this.loop = loop;
  }

  /** Holds a copy of what the buffer has to read, and leaves the buffer as it is. */
  public void add(ByteBuf octets) {
    if (lost) {
      memory.forget();
      return;
    }
    for (ByteBuffer piece : octets.nioBuffers()) {
      checksum.update(piece);
    }
    int more = octets.readableBytes();
    length += more;
    if (!overflows && memory.add(octets)) {
      return;
    }
    int cost = more + PIECE_OVERHEAD;
    if (files.take(cost)) {
      if (!files.takeRoom(more)) {
        files.giveBack(cost);
        foundNoRoom = true;
        lose();
        return;
      }
      overflows = true;
      onDisk += more;
      waiting.addAndGet(cost);
      ByteBuf copy = HeldMemory.copy(octets);
      written = written.thenRunAsync(() -> write(copy), files.threads());
    } else {
      lose();
    }
  }

  /** Holds nothing any more, and no more of it. */
  void lose() {
    lost = true;
    close();
  }

  /**
   * Whether all of it is here; blocks until it is written, but not for a disk that stands still.
   * Where it isn't, it can't be kept.
   */
  public boolean isWhole() {
    if (lost) {
      return false;
    }
    try {
      written.get(files.timeout().toMillis(), MILLISECONDS);
    } catch (TimeoutException _) {
      diskStalled();
    } catch (ExecutionException e) {
      throw new IllegalStateException(e);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      lose();
    }
    return !lost;
  }

  /** Whether it isn't here for lack of room. */
  boolean foundNoRoom() {
    return foundNoRoom;
  }

  private void diskStalled() {
    files.failed(new IOException("the disk stands still; what doesn't fit into memory isn't held"));
    lose();
  }

  // --- The file ----------------------------------------------------------------------------------

  private void write(ByteBuf octets) {
    int cost = octets.readableBytes() + PIECE_OVERHEAD;
    try {
      if (!lost) {
        write(octets.nioBuffers());
        files.worked();
      }
    } catch (IOException | RuntimeException e) {
      if (NoRoom.isWhy(e)) {
        foundNoRoom = true;
      }
      lost = true;
      files.failed(e);
    } finally {
      octets.release();
      files.giveBack(cost);
      waiting.addAndGet(-cost);
      if (resume != null) {
        loop.execute(this::resumeIfWritable);
      }
    }
  }

  private void write(ByteBuffer[] pieces) throws IOException {
    FileChannel file = rest == null ? files.open() : rest;
    rest = file;
    for (ByteBuffer piece : pieces) {
      while (piece.hasRemaining()) {
        file.write(piece);
      }
    }
  }

  /** Whether more can be added without filling memory. */
  public boolean isWritable() {
    return lost || waiting.get() < WAITING;
  }

  /**
   * Runs this once on the event loop when {@link #isWritable} is true again. A disk that stands
   * still is waited for no longer than a moment; then the text goes on unheld.
   */
  public void whenWritable(Runnable then) {
    resume = then;
    resumeIfWritable();
    if (resume != null) {
      CompletableFuture.delayedExecutor(files.timeout().toMillis(), MILLISECONDS, loop)
          .execute(() -> waitsNoLonger(then));
    }
  }

  private void waitsNoLonger(Runnable then) {
    if (then.equals(resume)) {
      diskStalled();
      resumeIfWritable();
    }
  }

  private void resumeIfWritable() {
    Runnable then = resume;
    if (then != null && isWritable()) {
      resume = null;
      then.run();
    }
  }

  // --- When it is kept ---------------------------------------------------------------------------

  @Override
  public long length() {
    return length;
  }

  /** Of all that was added. */
  int crc32c() {
    return (int) checksum.getValue();
  }

  @Override
  public InputStream open() throws IOException {
    written.join();
    if (lost) {
      throw new IOException("the text is held no longer");
    }
    FileChannel file = rest;
    if (file == null) {
      return memory.open();
    }
    return new SequenceInputStream(memory.open(), new FromStart(file));
  }

  /** Opens it; empty when not all of it is here. */
  InputStream openIfWhole() throws IOException {
    return isWhole() ? open() : InputStream.nullInputStream();
  }

  /** Reads a file from its start, and leaves it open. */
  private static final class FromStart extends InputStream {
    private final FileChannel file;
    private long position;

    FromStart(FileChannel file) {
      this.file = file;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int offset, int octets) throws IOException {
      int read = file.read(ByteBuffer.wrap(into, offset, octets), position);
      position += Math.max(read, 0);
      return read;
    }
  }

  /** Gives back what it holds. */
  @Override
  public void close() {
    lost = true;
    memory.forget();
    if (overflows) {
      written =
          written.handleAsync(
              (_, _) -> {
                closeFile();
                return null;
              },
              files.threads());
    }
  }

  private void closeFile() {
    FileChannel file = rest;
    rest = null;
    if (file != null) {
      files.close(file);
    }
    files.giveRoomBack(onDisk);
    onDisk = 0;
  }
}
