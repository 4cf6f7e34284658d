package dev.ipauth.relay.queue;

import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.atomic.AtomicInteger;

/** A disk that can't write a text, and can after a few tries. */
final class FullDisk extends ForwardingTexts {
  private final AtomicInteger tries;

  /** What it says. */
  String why = "No space left on device";

  /** Whether it knows that it has no room. */
  boolean hasNone;

  /** Whether nothing can be deleted from it. */
  boolean deletesNothing;

  /** Whether nothing can be read from it. */
  boolean readsNothing;

  FullDisk(Texts texts, int tries) {
    super(texts);
    this.tries = new AtomicInteger(tries);
  }

  @Override
  public void put(String id, Content content) throws IOException {
    if (tries.getAndDecrement() > 0) {
      throw new IOException(why);
    }
    super.put(id, content);
  }

  @Override
  public boolean hasRoomFor(long length) {
    return !hasNone;
  }

  @Override
  public InputStream open(String id) throws IOException {
    if (readsNothing) {
      throw new IOException("Input/output error");
    }
    return super.open(id);
  }

  @Override
  public void delete(String id) throws IOException {
    if (deletesNothing) {
      throw new IOException("Read-only file system");
    }
    super.delete(id);
  }
}
