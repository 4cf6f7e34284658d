package dev.ipauth.relay.queue;

import io.netty.buffer.ByteBuf;
import io.netty.util.ReferenceCounted;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What of a text doesn't fit into memory, in a file without a name. It is added on an event loop,
 * and written by one thread at a time: whatever has come meanwhile in one go, so that a text in
 * thousands of pieces isn't thousands of tasks.
 */
final class HeldRest implements AutoCloseable {
  /** What waits to be written of one text before its device is to wait too. */
  private static final int MOST_WAITING = 1 << 18;

  /** The same while many texts wait: what a few may have would be too much for hundreds. */
  private static final int MOST_WAITING_OF_MANY = 1 << 16;

  /** What a piece takes beyond its octets while it waits to be written. */
  static final int PIECE_OVERHEAD = 1 << 10;

  private final HeldFiles files;
  private final Runnable wrote;
  private final Object reading = new Object();
  private final List<ByteBuf> waiting = new ArrayList<>();
  private int waitingOctets;
  private CompletableFuture<Void> written = CompletableFuture.completedFuture(null);

  /** What it takes of the disk, or will as soon as it is written. */
  private long octets;

  private boolean isClosed;
  private volatile @Nullable FileChannel file;
  private volatile boolean lost;
  private volatile boolean foundNoRoom;

  /**
   * @param wrote runs after each write, on its thread
   */
  HeldRest(HeldFiles files, Runnable wrote) {
    this.files = files;
    this.wrote = wrote;
  }

  /** Adds a copy of what the buffer has to read; false when there is no room for it. */
  boolean add(ByteBuf more) {
    int size = more.readableBytes();
    int cost = size + PIECE_OVERHEAD;
    if (!files.take(cost)) {
      return false;
    }
    if (!files.takeRoom(size)) {
      files.giveBack(cost);
      foundNoRoom = true;
      return false;
    }
    boolean isAdded = add(HeldMemory.copy(more), cost);
    if (!isAdded) {
      files.giveBack(cost);
      files.giveRoomBack(size);
    }
    return isAdded;
  }

  private synchronized boolean add(ByteBuf piece, int cost) {
    if (isClosed) {
      piece.release();
      return false;
    }
    octets += piece.readableBytes();
    waitingOctets += cost;
    waiting.add(piece);
    if (written.isDone()) {
      written = new CompletableFuture<>();
      files.threads().execute(this::writeWaiting);
    }
    return true;
  }

  /** Whether nothing was added yet. */
  synchronized boolean isEmpty() {
    return octets == 0;
  }

  /** Whether more can be added without filling memory. */
  synchronized boolean isWritable() {
    int most = files.manyWait() ? MOST_WAITING_OF_MANY : MOST_WAITING;
    return lost || waitingOctets < most;
  }

  /** Done when all that was added so far is written, or lost. */
  synchronized CompletableFuture<Void> written() {
    return written;
  }

  boolean isLost() {
    return lost;
  }

  /** Whether it is lost for lack of room. */
  boolean foundNoRoom() {
    return foundNoRoom;
  }

  // --- The file ----------------------------------------------------------------------------------

  /** Writes what waits now; for what comes meanwhile other texts needn't wait. */
  private void writeWaiting() {
    List<ByteBuf> pieces = waiting();
    int cost = pieces.stream().mapToInt(piece -> piece.readableBytes() + PIECE_OVERHEAD).sum();
    boolean isWritten = false;
    try {
      if (!lost) {
        write(pieces);
        files.worked();
        isWritten = true;
      }
    } catch (IOException | RuntimeException e) {
      foundNoRoom |= NoRoom.isWhy(e);
      leaveFile(files::close);
      files.failed(e);
    } finally {
      if (!isWritten) {
        lost = true;
      }
      pieces.forEach(ReferenceCounted::release);
      files.giveBack(cost);
      wroteSome(cost);
      wrote.run();
    }
  }

  private synchronized List<ByteBuf> waiting() {
    List<ByteBuf> pieces = List.copyOf(waiting);
    waiting.clear();
    return pieces;
  }

  private void write(List<ByteBuf> pieces) throws IOException {
    FileChannel to = file == null ? files.open() : file;
    file = to;
    ByteBuffer[] buffers =
        pieces.stream().map(ByteBuf::nioBuffers).flatMap(Arrays::stream).toArray(ByteBuffer[]::new);
    long left = pieces.stream().mapToLong(ByteBuf::readableBytes).sum();
    while (left > 0) {
      left -= to.write(buffers);
    }
  }

  private synchronized void wroteSome(int cost) {
    waitingOctets -= cost;
    if (waiting.isEmpty()) {
      written.complete(null);
    } else {
      files.threads().execute(this::writeWaiting);
    }
  }

  /** Reads what is written, from its start. */
  InputStream open() {
    return new FromStart(size());
  }

  private synchronized long size() {
    return octets;
  }

  /** When it is closed its file becomes another text's, which nobody may read as this one. */
  private final class FromStart extends InputStream {
    private final long end;
    private long position;

    FromStart(long end) {
      this.end = end;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int offset, int most) throws IOException {
      if (position == end) {
        return -1;
      }
      int some = (int) Math.min(most, end - position);
      synchronized (reading) {
        FileChannel from = file;
        if (from == null) {
          throw new IOException("the text is held no longer");
        }
        int read = from.read(ByteBuffer.wrap(into, offset, some), position);
        if (read < 0) {
          throw new EOFException("the file of a held text is too short");
        }
        position += read;
        return read;
      }
    }
  }

  /** Gives back what it holds, once nobody writes it any more. */
  @Override
  public synchronized void close() {
    lost = true;
    if (!isClosed && octets > 0) {
      var _ = written.thenRunAsync(this::giveBack, files.threads());
    }
    isClosed = true;
  }

  private void giveBack() {
    leaveFile(files::leave);
    files.giveRoomBack(takeOctets());
  }

  private void leaveFile(Consumer<FileChannel> to) {
    synchronized (reading) {
      FileChannel left = file;
      file = null;
      if (left != null) {
        to.accept(left);
      }
    }
  }

  private synchronized long takeOctets() {
    long all = octets;
    octets = 0;
    return all;
  }
}
