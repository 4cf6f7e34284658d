package dev.ipauth.relay.queue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/**
 * Where the texts of kept messages are. Blocking, so not for an event loop.
 *
 * <p>An id is a transaction's: letters and digits. Every method may be called for an id that isn't
 * there.
 */
interface Texts extends AutoCloseable {
  /** What a text is named, and what one that isn't written to its end is. */
  Pattern NAME = Pattern.compile("[0-9A-Za-z]{1,64}(\\.part)?");

  /** A text that is to be kept. */
  interface Content {
    long length();

    /** From its beginning; may be called again, when a try to keep it failed. */
    InputStream open() throws IOException;

    /** What is in memory. */
    static Content of(byte[] octets) {
      return new Content() {
        @Override
        public long length() {
          return octets.length;
        }

        @Override
        public InputStream open() {
          return new ByteArrayInputStream(octets);
        }
      };
    }
  }

  /**
   * A text that was found.
   *
   * @param modified when it was put there
   */
  record Found(String id, Instant modified, long bytes) {}

  /** Keeps a text. When this returns, no crash and no power cut loses it. */
  void put(String id, Content content) throws IOException;

  /**
   * Reads a text from its beginning.
   *
   * @throws java.io.FileNotFoundException when there is none
   */
  InputStream open(String id) throws IOException;

  /** Forgets a text. */
  void delete(String id) throws IOException;

  /**
   * Goes through all of them, in no order, those included that weren't written to their end. What
   * else is there and doesn't have a text's name isn't the relay's.
   */
  void forEach(Consumer<Found> each) throws IOException;

  /** What all of them take together. */
  default long bytes() throws IOException {
    var sum = new LongAdder();
    forEach(found -> sum.add(found.bytes()));
    return sum.sum();
  }

  /** Whether a text of that length finds room, as far as it is known. */
  default boolean hasRoomFor(long length) throws IOException {
    return true;
  }

  /** Why nothing can be kept now; empty when nothing is known to be wrong. Doesn't block. */
  default Optional<String> trouble() {
    return Optional.empty();
  }

  /**
   * Whether no other process can be at these texts, now and as long as this one is: what another
   * one was at is free then.
   */
  boolean isAlone();

  @Override
  void close();
}
