package dev.ipauth.relay.operation;

import dev.ipauth.relay.smtp.Event;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongConsumer;

/**
 * One JSON line for each event, in the order they came.
 *
 * <p>Whoever has an event leaves it in a bounded queue, and one thread writes, some milliseconds
 * later; so an event loop never waits for standard output. When that stands still and the queue is
 * full, events are left out, and a line says how many as soon as lines can be written again.
 */
public final class EventLog implements Event.Journal, AutoCloseable {
  private static final int WAITING_LINES = 10_000;
  private static final Duration LAST_WORDS = Duration.ofSeconds(5);
  private static final Duration GATHER = Duration.ofMillis(10);
  private static final byte[] END = {};

  private final BlockingQueue<byte[]> lines = new ArrayBlockingQueue<>(WAITING_LINES);
  private final AtomicLong leftOut = new AtomicLong();
  private final OutputStream out;
  private final LongConsumer lost;
  private final Duration lastWords;
  private final Thread writer;

  /**
   * Begins to write.
   *
   * @param out standard output; not closed
   * @param lost is told how many lines were left out or couldn't be written
   */
  public EventLog(OutputStream out, LongConsumer lost) {
    this(out, lost, LAST_WORDS);
  }

  EventLog(OutputStream out, LongConsumer lost, Duration lastWords) {
    this.out = new BufferedOutputStream(out, 1 << 16);
    this.lost = lost;
    this.lastWords = lastWords;
    this.writer = Thread.ofPlatform().name("event-log").daemon().start(this::write);
  }

  @Override
  public void record(Event event) {
    append(EventLine.of(event));
  }

  /** Something about the relay itself, such as {@code started}. */
  public void note(String event, Map<String, ?> fields) {
    append(EventLine.of(event, fields));
  }

  private void append(byte[] line) {
    if (!lines.offer(line)) {
      leftOut.incrementAndGet();
      lost.accept(1);
    }
  }

  private void write() {
    try {
      byte[] line = lines.take();
      while (line != END) {
        write(line);
        line = next();
      }
      flush();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  /** The next line, after what is written so far has gone out where none is there yet. */
  private byte[] next() throws InterruptedException {
    byte[] next = lines.poll();
    if (next == null) {
      flush();
      next = lines.take();
      // Under load more will come, and to be woken for each line would cost more than to write it.
      Thread.sleep(GATHER);
    }
    return next;
  }

  private void write(byte[] line) {
    try {
      out.write(line);
      sayWhatIsMissing();
    } catch (IOException _) {
      // Standard output is where one would complain about it; the metric tells.
      lost.accept(1);
    }
  }

  private void flush() {
    try {
      out.flush();
    } catch (IOException _) {
      lost.accept(1);
    }
  }

  private void sayWhatIsMissing() throws IOException {
    long missing = leftOut.getAndSet(0);
    if (missing > 0) {
      out.write(EventLine.of("lines-left-out", Map.of("count", Long.toString(missing))));
    }
  }

  /** Writes what waits, for five seconds at most. Nothing is written after it. */
  @Override
  public void close() {
    try {
      // A reader that has stopped reading doesn't keep the relay from ending.
      if (lines.offer(END, lastWords.toNanos(), TimeUnit.NANOSECONDS)) {
        writer.join(lastWords);
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }
}
