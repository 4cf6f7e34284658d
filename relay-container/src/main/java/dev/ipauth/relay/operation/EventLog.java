package dev.ipauth.relay.operation;

import dev.ipauth.relay.smtp.Event;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * One JSON line for each event, in the order they came; of refusals that repeat, one line for many
 * ({@link RepeatedRefusals}).
 *
 * <p>Whoever has an event leaves it in a queue that is bounded in events and in memory, and one
 * thread makes lines of them and writes, some milliseconds later; so an event loop never waits for
 * standard output. When that stands still and the queue is full, events are left out, and a line
 * says how many as soon as lines can be written again.
 */
public final class EventLog implements Event.Journal, AutoCloseable {
  private static final System.Logger LOG = System.getLogger("relay");
  private static final int WAITING_EVENTS = 10_000;
  private static final long WAITING_OCTETS = 4 << 20;
  private static final int BATCH_OCTETS = 1 << 16;
  private static final Duration LAST_WORDS = Duration.ofSeconds(5);
  private static final Duration GATHER = Duration.ofMillis(10);

  private final BlockingQueue<Entry> waiting = new ArrayBlockingQueue<>(WAITING_EVENTS);
  private final AtomicLong waitingOctets = new AtomicLong();
  private final AtomicLong leftOut = new AtomicLong();
  private final InstantSource wall = InstantSource.system();
  private final OutputStream out;
  private final Watch watch;
  private final Duration lastWords;
  private final Thread writer;

  // The writer's own.
  private final LineNames names = new LineNames();
  private final ByteArrayOutputStream batch = new ByteArrayOutputStream(BATCH_OCTETS);
  private final RepeatedRefusals refusals;
  private int batchLines;
  private boolean outputFails;

  /** Is told what got no line; never blocks. */
  public interface Watch {

    /** Lines were left out because standard output stood still, or couldn't be written. */
    void linesLost(long count);

    /** Refusals were summed in another's line, or left out because there were too many. */
    void refusalsWithoutLine(long count);
  }

  /** What waits for its line. */
  private sealed interface Entry {

    /** Of memory that it takes, about. */
    long octets();

    record Happened(Instant at, Event event, long octets) implements Entry {}

    record Noted(Instant at, String event, Map<String, ?> fields, long octets) implements Entry {}

    record End() implements Entry {
      @Override
      public long octets() {
        return 0;
      }
    }
  }

  /**
   * Begins to write.
   *
   * @param out standard output; not closed
   */
  public EventLog(OutputStream out, Watch watch) {
    this(out, watch, LAST_WORDS, System::nanoTime);
  }

  EventLog(OutputStream out, Watch watch, Duration lastWords, LongSupplier nanoTime) {
    this.out = out;
    this.watch = watch;
    this.lastWords = lastWords;
    this.refusals = new RepeatedRefusals(nanoTime, new RefusalLines());
    this.writer = Thread.ofPlatform().name("event-log").daemon().start(this::write);
  }

  @Override
  public void record(Event event) {
    append(new Entry.Happened(wall.instant(), event, EventLine.octets(event)));
  }

  /**
   * Something about the relay itself, such as {@code started}.
   *
   * @param fields numbers, or texts that may come from outside
   */
  public void note(String event, Map<String, ?> fields) {
    append(new Entry.Noted(wall.instant(), event, fields, EventLine.octets(fields)));
  }

  private void append(Entry entry) {
    boolean fits = waitingOctets.addAndGet(entry.octets()) <= WAITING_OCTETS;
    if (!fits || !waiting.offer(entry)) {
      waitingOctets.addAndGet(-entry.octets());
      leftOut.incrementAndGet();
      watch.linesLost(1);
    }
  }

  // --- The writer --------------------------------------------------------------------------------

  private void write() {
    try {
      Entry entry;
      do {
        entry = next();
        waitingOctets.addAndGet(-entry.octets());
        write(entry);
        sayWhatIsMissing();
        refusals.writeDue();
      } while (!(entry instanceof Entry.End));
      refusals.writeAll();
      sayWhatIsMissing();
      flush();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  /** The next entry, after what is written so far has gone out where none is there yet. */
  private Entry next() throws InterruptedException {
    Entry next = waiting.poll();
    while (next == null) {
      flush();
      next = await();
      refusals.writeDue();
    }
    return next;
  }

  private @Nullable Entry await() throws InterruptedException {
    Duration untilDue = refusals.untilDue();
    Entry next =
        untilDue == null ? waiting.take() : waiting.poll(untilDue.toNanos(), TimeUnit.NANOSECONDS);
    if (next != null) {
      // Under load more will come, and to be woken for each line would cost more than to write it.
      Thread.sleep(GATHER);
    }
    return next;
  }

  private void write(Entry entry) {
    switch (entry) {
      case Entry.Happened(Instant at, Event.Message message, _) ->
          write(EventLine.of(names.at(at), message));
      case Entry.Happened(Instant at, Event.Refused refused, _) -> {
        if (!refusals.take(refused, at)) {
          watch.refusalsWithoutLine(1);
        }
      }
      case Entry.Noted(Instant at, String event, Map<String, ?> fields, _) ->
          write(EventLine.of(names.at(at), event, fields));
      case Entry.End() -> {}
    }
  }

  private final class RefusalLines implements RepeatedRefusals.Lines {
    @Override
    public void refused(Event.Refused last, Instant at, long times) {
      write(EventLine.of(names.at(at), last, times));
    }

    @Override
    public void leftOut(long times) {
      writeNote("refusals-left-out", Map.of("count", times));
    }
  }

  private void writeNote(String event, Map<String, ?> fields) {
    write(EventLine.of(names.at(wall.instant()), event, fields));
  }

  private void write(byte[] line) {
    batch.writeBytes(line);
    batchLines++;
    if (batch.size() >= BATCH_OCTETS) {
      flush();
    }
  }

  private void sayWhatIsMissing() {
    long missing = leftOut.getAndSet(0);
    if (missing > 0) {
      writeNote("lines-left-out", Map.of("count", missing));
    }
  }

  private void flush() {
    if (batchLines == 0) {
      return;
    }
    try {
      // After a failure half a line may stand there.
      if (outputFails) {
        out.write('\n');
      }
      batch.writeTo(out);
      out.flush();
      outputWorks();
    } catch (IOException e) {
      outputFailed(e);
    }
    batch.reset();
    batchLines = 0;
  }

  private void outputFailed(IOException e) {
    watch.linesLost(batchLines);
    if (!outputFails) {
      LOG.log(
          Level.ERROR, "Event lines are lost: standard output can't be written: " + e.getMessage());
    }
    outputFails = true;
  }

  private void outputWorks() {
    if (outputFails) {
      LOG.log(Level.WARNING, "Event lines can be written again");
    }
    outputFails = false;
  }

  /** Writes what waits, for five seconds at most. Nothing is written after it. */
  @Override
  public void close() {
    try {
      // A reader that has stopped reading doesn't keep the relay from ending.
      if (waiting.offer(new Entry.End(), lastWords.toNanos(), TimeUnit.NANOSECONDS)) {
        writer.join(lastWords);
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }
}
