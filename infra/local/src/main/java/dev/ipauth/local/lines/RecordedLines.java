package dev.ipauth.local.lines;

import static java.util.concurrent.TimeUnit.NANOSECONDS;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Standard output for the relay's event lines, from which the recorder learns of them, too. The
 * relay's own writer thread puts them into files and goes on; another takes them from there.
 * Whatever goes wrong there, standard output has its lines.
 */
public final class RecordedLines extends OutputStream {
  private static final System.Logger LOG = System.getLogger("recorder");
  private static final long MOST_OCTETS = 256L << 20;
  private static final int LINES_AT_ONCE = 1000;
  private static final Duration OFTEN = Duration.ofMillis(200);
  private static final Duration AFTER_TROUBLE = Duration.ofSeconds(2);

  /** Waits as long as that, or until {@code closing} is notified, whose monitor is held. */
  interface Pause {
    void await(Object closing, Duration time) throws InterruptedException;
  }

  private final OutputStream out;
  private final LineFiles files;
  private final Pause pause;
  private @Nullable Thread recording;
  private volatile boolean closing;
  private volatile boolean inTrouble;

  /**
   * Begins to keep lines.
   *
   * @param out standard output; not closed
   * @param folder that nobody else writes to
   * @throws UncheckedIOException when it can't be written
   */
  public RecordedLines(OutputStream out, Path folder) {
    this(out, folder, (closing, time) -> NANOSECONDS.timedWait(closing, time.toNanos()));
  }

  /** Likewise, where time passes otherwise. */
  RecordedLines(OutputStream out, Path folder, Pause pause) {
    this.out = out;
    this.pause = pause;
    try {
      files = new LineFiles(folder, MOST_OCTETS);
    } catch (IOException e) {
      throw new UncheckedIOException("Event lines can't be kept in " + folder, e);
    }
  }

  /**
   * Begins to give lines away, those that an earlier process left first.
   *
   * @param recorder takes lines, or throws when they are to be given again
   */
  public void giveTo(Consumer<List<String>> recorder) {
    recording = Thread.ofVirtual().name("recorder").start(() -> record(recorder));
  }

  @Override
  public void write(int octet) throws IOException {
    write(new byte[] {(byte) octet}, 0, 1);
  }

  /** The relay writes whole lines at once. */
  @Override
  public void write(byte[] lines, int from, int length) throws IOException {
    try {
      files.write(lines, from, length);
    } catch (IOException e) {
      trouble("Event lines can't be kept for the message log", e);
    }
    out.write(lines, from, length);
  }

  @Override
  public void flush() throws IOException {
    out.flush();
  }

  // --- The recorder's thread ---------------------------------------------------------------------

  private void record(Consumer<List<String>> recorder) {
    boolean last;
    do {
      // Whatever is written before the end is asked for is seen by the last round.
      last = closing;
      boolean well = recordAll(recorder);
      if (!last) {
        pause(well ? OFTEN : AFTER_TROUBLE);
      }
    } while (!last);
  }

  /** False when it is to be tried again later. */
  private boolean recordAll(Consumer<List<String>> recorder) {
    try {
      for (Path file : files.waiting()) {
        List<String> lines = LineFiles.read(file);
        for (int from = 0; from < lines.size(); from += LINES_AT_ONCE) {
          recorder.accept(lines.subList(from, Math.min(from + LINES_AT_ONCE, lines.size())));
        }
        files.taken(file);
      }
      if (inTrouble) {
        LOG.log(Level.INFO, "Event lines are recorded again");
        inTrouble = false;
      }
      sayWhatIsLost();
      return true;
    } catch (IOException | RuntimeException e) {
      trouble("Event lines can't be recorded, and will be later", e);
      return false;
    }
  }

  private void sayWhatIsLost() {
    long lost = files.lost();
    if (lost > 0) {
      LOG.log(
          Level.ERROR, "Event lines of " + lost + " octets had no room until they are recorded");
    }
  }

  /** Said when it begins. */
  private void trouble(String what, Exception why) {
    if (!inTrouble) {
      inTrouble = true;
      LOG.log(Level.ERROR, what, why);
    }
  }

  private void pause(Duration time) {
    try {
      synchronized (files) {
        if (!closing) {
          pause.await(files, time);
        }
      }
    } catch (InterruptedException _) {
      closing = true;
    }
  }

  /** Gives away what is there once more, and ends. What can't be given stays for the next start. */
  @Override
  public void close() throws IOException {
    Thread thread = recording;
    synchronized (files) {
      closing = true;
      files.notifyAll();
    }
    try {
      if (thread != null) {
        thread.join(Duration.ofSeconds(10));
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
    files.close();
  }
}
