package dev.ipauth.relay.queue;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufInputStream;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * A text while it passes, so that it can still be kept when the next hop doesn't take it: in memory
 * as long as the budget has room, then in a file without a name, which is gone with the process.
 *
 * <p>One thread at a time.
 */
final class HeldText implements Texts.Content, AutoCloseable {
  private final HeldBudget budget;
  private final HeldFiles files;
  private final List<ByteBuf> inMemory = new ArrayList<>();
  private final CRC32C checksum = new CRC32C();
  private long taken;
  private long length;
  private @Nullable FileChannel rest;
  private boolean lost;

  HeldText(HeldBudget budget, HeldFiles files) {
    this.budget = budget;
    this.files = files;
  }

  /** Holds a copy of what the buffer has to read, and leaves the buffer as it is. */
  void add(ByteBuf octets) {
    if (lost) {
      return;
    }
    for (ByteBuffer piece : octets.nioBuffers()) {
      checksum.update(piece);
    }
    int more = octets.readableBytes();
    length += more;
    if (rest == null && budget.take(more)) {
      taken += more;
      inMemory.add(held(octets));
    } else {
      toFile(octets);
    }
  }

  /** A small piece of a large buffer would keep all of it. */
  private static ByteBuf held(ByteBuf octets) {
    ByteBuf whole = octets.unwrap();
    boolean small = whole != null && octets.readableBytes() < whole.capacity() / 2;
    return small ? Unpooled.copiedBuffer(octets) : octets.retainedSlice();
  }

  private void toFile(ByteBuf octets) {
    try {
      FileChannel file = rest == null ? files.open() : rest;
      rest = file;
      for (ByteBuffer piece : octets.nioBuffers()) {
        while (piece.hasRemaining()) {
          file.write(piece);
        }
      }
    } catch (IOException e) {
      files.failed(e);
      close();
      lost = true;
    }
  }

  /** Whether all of it is here. Where it isn't, the message can't be kept. */
  boolean isWhole() {
    return !lost;
  }

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
    InputStream beginning =
        new ByteBufInputStream(
            Unpooled.wrappedUnmodifiableBuffer(
                inMemory.stream().map(ByteBuf::duplicate).toArray(ByteBuf[]::new)));
    FileChannel file = rest;
    if (file == null) {
      return beginning;
    }
    return new SequenceInputStream(beginning, new FromStart(file));
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
    public int read(byte[] into, int offset, int length) throws IOException {
      int read = file.read(ByteBuffer.wrap(into, offset, length), position);
      position += Math.max(read, 0);
      return read;
    }
  }

  /** Gives back what it holds. */
  @Override
  public void close() {
    inMemory.forEach(ByteBuf::release);
    inMemory.clear();
    budget.giveBack(taken);
    taken = 0;
    FileChannel file = rest;
    rest = null;
    if (file != null) {
      files.close(file);
    }
  }
}
