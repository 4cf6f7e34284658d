package dev.ipauth.relay.queue;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The beginning of a text, in memory. An HTTP client may still be reading it when it is given back:
 * what was another message's by then must not be read as this one's.
 */
final class HeldMemory {

  /** Smaller pieces are put together: what holds one alone takes a hundred octets and more. */
  private static final int SMALL = 512;

  private static final int TOGETHER = 1 << 12;

  private final HeldBudget budget;
  private final List<ByteBuf> pieces = new ArrayList<>();

  /** The last of the pieces, while more small ones fit into it. */
  private @Nullable ByteBuf gathered;

  private long taken;
  private boolean forgotten;

  HeldMemory(HeldBudget budget) {
    this.budget = budget;
  }

  /** Holds a copy of what the buffer has to read, or nothing, where the budget has no room. */
  synchronized boolean add(ByteBuf octets) {
    int more = octets.readableBytes();
    if (!budget.take(more)) {
      return false;
    }
    taken += more;
    if (more < SMALL) {
      gather(octets);
    } else {
      pieces.add(copy(octets));
      gathered = null;
    }
    return true;
  }

  private void gather(ByteBuf octets) {
    int more = octets.readableBytes();
    ByteBuf together = gathered;
    if (together == null || together.readableBytes() + more > TOGETHER) {
      together = Unpooled.buffer(more, TOGETHER);
      pieces.add(together);
      gathered = together;
    }
    together.writeBytes(octets, octets.readerIndex(), more);
  }

  /** Without taking its octets. A small piece of a large buffer would keep all of it. */
  static ByteBuf copy(ByteBuf octets) {
    ByteBuf whole = octets.unwrap();
    boolean small = whole != null && octets.readableBytes() < whole.capacity() / 2;
    return small ? Unpooled.copiedBuffer(octets) : octets.retainedSlice();
  }

  /** Gives back what it holds; whoever still reads it hears that it is gone. */
  synchronized void forget() {
    forgotten = true;
    pieces.forEach(ByteBuf::release);
    pieces.clear();
    gathered = null;
    budget.giveBack(taken);
    taken = 0;
  }

  InputStream open() {
    return new FromStart();
  }

  private final class FromStart extends InputStream {
    private int piece;
    private int position;

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int offset, int octets) throws IOException {
      synchronized (HeldMemory.this) {
        if (forgotten) {
          throw new IOException("the text is held no longer");
        }
        if (octets == 0) {
          return 0;
        }
        while (piece < pieces.size() && position == pieces.get(piece).readableBytes()) {
          piece++;
          position = 0;
        }
        return piece == pieces.size() ? -1 : read(pieces.get(piece), into, offset, octets);
      }
    }

    private int read(ByteBuf from, byte[] into, int offset, int octets) {
      int some = Math.min(octets, from.readableBytes() - position);
      from.getBytes(from.readerIndex() + position, into, offset, some);
      position += some;
      return some;
    }
  }
}
