package dev.ipauth.relay.queue;

import static java.util.concurrent.TimeUnit.MINUTES;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Files without a name that texts have left, for the next texts: to write again what a file has
 * already costs half of what a new file does. What isn't needed for a minute is given back.
 */
final class SpareFiles {
  private final long most;
  private final Executor afterAMinute;
  private final Deque<Spare> spares = new ArrayDeque<>();
  private long octets;

  /** How many were there all the time since they were last looked at. */
  private int unused;

  private boolean looksSoon;

  private record Spare(FileChannel file, long octets) {}

  /**
   * @param most octets in all of them together
   * @param threads where they are closed
   */
  SpareFiles(long most, Executor threads) {
    this.most = most;
    this.afterAMinute = CompletableFuture.delayedExecutor(1, MINUTES, threads);
  }

  /** One of them, or null where there is none. */
  synchronized @Nullable FileChannel take() {
    Spare last = spares.pollLast();
    if (last == null) {
      return null;
    }
    octets -= last.octets();
    unused = Math.min(unused, spares.size());
    return last.file();
  }

  /** Keeps a file, or closes it where there are enough. */
  void keep(FileChannel file) throws IOException {
    if (!add(new Spare(file, file.size()))) {
      file.close();
    }
  }

  private synchronized boolean add(Spare spare) {
    if (octets + spare.octets() > most) {
      return false;
    }
    spares.addLast(spare);
    octets += spare.octets();
    lookSoon();
    return true;
  }

  private void lookSoon() {
    if (!looksSoon) {
      looksSoon = true;
      afterAMinute.execute(this::closeUnused);
    }
  }

  /** Those that were used last are at the end, so the others are closed. */
  synchronized void closeUnused() {
    looksSoon = false;
    for (int i = 0; i < unused; i++) {
      Spare least = spares.removeFirst();
      octets -= least.octets();
      close(least.file());
    }
    unused = spares.size();
    if (unused > 0) {
      lookSoon();
    }
  }

  private static void close(FileChannel file) {
    try {
      file.close();
    } catch (IOException _) {
      // Nobody's text is in it.
    }
  }
}
