package dev.ipauth.relay.queue;

import static java.util.concurrent.TimeUnit.MILLISECONDS;

import io.netty.buffer.ByteBuf;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeoutException;
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
  private final HeldMemory memory;
  private final HeldRest rest;
  private final HeldFiles files;
  private final Executor loop;
  private final CRC32C checksum = new CRC32C();
  private long length;
  private volatile @Nullable Runnable resume;

  /**
   * @param loop where what waits for {@link #isWritable} runs
   */
  HeldText(HeldBudget budget, HeldFiles files, Executor loop) {
    this.memory = new HeldMemory(budget);
    this.files = files;
    this.rest = new HeldRest(files, this::written);
    this.loop = loop;
  }

  /** Holds a copy of what the buffer has to read, and leaves the buffer as it is. */
  public void add(ByteBuf octets) {
    if (rest.isLost()) {
      memory.forget();
      return;
    }
    for (ByteBuffer piece : octets.nioBuffers()) {
      checksum.update(piece);
    }
    length += octets.readableBytes();
    boolean fits = rest.isEmpty() && memory.add(octets);
    if (!fits && !rest.add(octets)) {
      lose();
    }
  }

  /** Holds nothing any more, and no more of it. */
  void lose() {
    close();
  }

  /**
   * Whether all of it is here; blocks until it is written, but not for a disk that stands still.
   * Where it isn't, it can't be kept.
   */
  public boolean isWhole() {
    if (rest.isLost()) {
      return false;
    }
    try {
      rest.written().get(files.timeout().toMillis(), MILLISECONDS);
    } catch (TimeoutException _) {
      diskStalled();
    } catch (ExecutionException e) {
      throw new IllegalStateException(e);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      lose();
    }
    return !rest.isLost();
  }

  /** Whether it isn't here for lack of room. */
  boolean foundNoRoom() {
    return rest.foundNoRoom();
  }

  private void diskStalled() {
    files.failed(new IOException("the disk stands still; what doesn't fit into memory isn't held"));
    lose();
  }

  // --- What waits to be written ------------------------------------------------------------------

  /** Whether more can be added without filling memory. */
  public boolean isWritable() {
    return rest.isWritable();
  }

  private void written() {
    if (resume != null) {
      loop.execute(this::resumeIfWritable);
    }
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
    rest.written().join();
    if (rest.isLost()) {
      throw new IOException("the text is held no longer");
    }
    return rest.isEmpty() ? memory.open() : new SequenceInputStream(memory.open(), rest.open());
  }

  /** Opens it; empty when not all of it is here. */
  InputStream openIfWhole() throws IOException {
    return isWhole() ? open() : InputStream.nullInputStream();
  }

  /** Gives back what it holds. */
  @Override
  public void close() {
    rest.close();
    memory.forget();
  }
}
