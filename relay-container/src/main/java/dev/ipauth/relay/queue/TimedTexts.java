package dev.ipauth.relay.queue;

import static java.util.concurrent.TimeUnit.NANOSECONDS;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/**
 * Texts on a disk that may stand still, such as a volume in a network that is away: a sync that
 * doesn't return can't be interrupted. Nobody waits for it for longer than a while, and no more
 * than so many threads are at it, which are the system's own: virtual threads would keep all others
 * from running.
 *
 * <p>Whoever waited in vain told the device that its message isn't kept. So a text that is written
 * after that is deleted again, and until then nothing else is written under its id.
 */
final class TimedTexts implements Texts {
  /** For a device that stands at a panel. */
  static final Duration TIMEOUT = Duration.ofSeconds(15);

  /** More of them sync no faster. */
  static final int AT_ONCE = 64;

  /** A large folder is gone through in minutes. */
  private static final int TIMES_FOR_ALL = 40;

  private final Texts texts;
  private final Duration timeout;
  private final int atOnce;
  private final Semaphore free;
  private final QueueEvents events;
  private final ExecutorService threads =
      Executors.newCachedThreadPool(Thread.ofPlatform().daemon().name("disk-", 0).factory());
  private final Map<String, Object> beingPut = new ConcurrentHashMap<>();
  private volatile boolean isStalled;

  /**
   * @param timeout how long whoever asks for something waits
   * @param atOnce how much is done at once
   */
  TimedTexts(Texts texts, Duration timeout, int atOnce, QueueEvents events) {
    this.texts = texts;
    this.timeout = timeout;
    this.atOnce = atOnce;
    this.free = new Semaphore(atOnce);
    this.events = events;
  }

  @Override
  public Optional<String> trouble() {
    return isStalled ? Optional.of(why()) : Optional.empty();
  }

  private String why() {
    return "the disk of QUEUE_TEXTS stands still: what it was asked for isn't done after "
        + timeout.toMillis() / 1000.0
        + " s";
  }

  @Override
  public void put(String id, Content content) throws IOException {
    var claim = new Object();
    if (beingPut.putIfAbsent(id, claim) != null) {
      throw new IOException("the disk is still at an earlier try to write this text");
    }
    new Asked<>(
            () -> {
              texts.put(id, content);
              return id;
            },
            this::takeBack,
            () -> beingPut.remove(id, claim))
        .answer(timeout);
  }

  /** What can't be deleted has no row, and is swept. */
  private void takeBack(String id) {
    try {
      texts.delete(id);
    } catch (IOException e) {
      events.trouble("A text that was written too late can't be deleted; a sweep will", e);
    }
  }

  @Override
  public InputStream open(String id) throws IOException {
    return new Asked<>(() -> texts.open(id), TimedTexts::close, () -> {}).answer(timeout);
  }

  private static void close(InputStream in) {
    try {
      in.close();
    } catch (IOException _) {
      // Nobody has read of it.
    }
  }

  @Override
  public void delete(String id) throws IOException {
    new Asked<>(
            () -> {
              texts.delete(id);
              return id;
            },
            _ -> {},
            () -> {})
        .answer(timeout);
  }

  @Override
  public void forEach(Consumer<Found> each) throws IOException {
    Duration forAll = timeout.multipliedBy(TIMES_FOR_ALL);
    new Asked<>(this::all, _ -> {}, () -> {}).answer(forAll).forEach(each);
  }

  private List<Found> all() throws IOException {
    var all = new ArrayList<Found>();
    texts.forEach(all::add);
    return all;
  }

  @Override
  public boolean hasRoomFor(long length) throws IOException {
    return isStalled
        || new Asked<>(() -> texts.hasRoomFor(length), _ -> {}, () -> {}).answer(timeout);
  }

  @Override
  public boolean isAlone() {
    return texts.isAlone();
  }

  @Override
  public void close() {
    threads.shutdown();
    texts.close();
  }

  /** Whether the disk has done all that it was asked for. */
  boolean isIdle() {
    return free.availablePermits() == atOnce;
  }

  private IOException tooLate() {
    return new IOException(why());
  }

  /** Something that the disk is asked for. */
  private final class Asked<T> {
    private final Backoff.Work<T, IOException> work;
    private final Consumer<T> ifTooLate;
    private final Runnable over;
    private final CompletableFuture<T> answer = new CompletableFuture<>();
    private boolean isDone;
    private boolean isGivenUp;

    /**
     * @param ifTooLate gets what nobody waits for any longer
     * @param over is run when nothing more is done, and before the answer
     */
    Asked(Backoff.Work<T, IOException> work, Consumer<T> ifTooLate, Runnable over) {
      this.work = work;
      this.ifTooLate = ifTooLate;
      this.over = over;
    }

    T answer(Duration atMost) throws IOException {
      long until = System.nanoTime() + atMost.toNanos();
      try {
        begin(timeout);
        return answer.get(until - System.nanoTime(), NANOSECONDS);
      } catch (TimeoutException _) {
        if (giveUp()) {
          throw tooLate();
        }
        return answer.join();
      } catch (ExecutionException e) {
        throw e.getCause() instanceof IOException io ? io : new IOException(e.getCause());
      } catch (InterruptedException _) {
        giveUp();
        Thread.currentThread().interrupt();
        throw new InterruptedIOException("the relay ends");
      }
    }

    private void begin(Duration atMost) throws IOException, InterruptedException {
      if (!free.tryAcquire(atMost.toNanos(), NANOSECONDS)) {
        isStalled = true;
        over.run();
        throw tooLate();
      }
      try {
        threads.execute(this::run);
      } catch (RejectedExecutionException _) {
        free.release();
        over.run();
        throw new IOException("the relay ends");
      }
    }

    private void run() {
      try {
        T result = work.get();
        if (!finish()) {
          ifTooLate.accept(result);
        }
        over.run();
        answer.complete(result);
      } catch (IOException | RuntimeException | Error e) {
        finish();
        over.run();
        answer.completeExceptionally(e);
      } finally {
        free.release();
      }
    }

    /** Whether somebody waits for it. */
    private synchronized boolean finish() {
      isDone = true;
      isStalled = false;
      return !isGivenUp;
    }

    /** Whether it isn't done; then nobody waits for it from now on. */
    private synchronized boolean giveUp() {
      isGivenUp = !isDone;
      isStalled |= isGivenUp;
      return isGivenUp;
    }
  }
}
