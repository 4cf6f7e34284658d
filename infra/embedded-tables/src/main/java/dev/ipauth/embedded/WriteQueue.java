package dev.ipauth.embedded;

import dev.ipauth.embedded.values.Refusals;
import java.lang.System.Logger.Level;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * The one thread that writes. What waits for it is written in one transaction of SQLite, so that
 * many changes share one sync of the disk; each sees those before it, and none is answered before
 * all of them are on the disk.
 */
final class WriteQueue implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger("tables");
  private static final int MOST_TOGETHER = 64;

  /** A change that somebody waits for. */
  private static final class Waiting<T> {
    private final Decision.Maker<T> maker;
    private final CompletableFuture<T> answer = new CompletableFuture<>();
    private Runnable tell = () -> {};

    Waiting(Decision.Maker<T> maker) {
      this.maker = maker;
    }

    /** Writes it, or keeps why it is refused. Neither is told yet. */
    void write(Rows rows) throws SQLException {
      Decision<T> decision;
      try {
        decision = maker.decide(rows);
      } catch (Unreadable e) {
        throw e.cause();
      } catch (RuntimeException e) {
        tell = () -> answer.completeExceptionally(e);
        return;
      }
      for (Sql.Statement change : decision.changes()) {
        rows.sql().run(change);
      }
      tell = () -> answer.complete(decision.answer());
    }

    void fail(RuntimeException why) {
      answer.completeExceptionally(why);
    }
  }

  private final Database database;
  private final Runnable chore;
  private final Duration choreEvery;
  private final BlockingQueue<Waiting<?>> waiting = new LinkedBlockingQueue<>();
  private final Thread thread;
  private volatile boolean isClosed;

  /**
   * @param chore done by the same thread between changes, every so often
   */
  WriteQueue(Database database, Runnable chore, Duration choreEvery) {
    this.database = database;
    this.chore = chore;
    this.choreEvery = choreEvery;
    thread = Thread.ofPlatform().name("tables-writer").daemon().unstarted(this::writeAll);
    thread.start();
  }

  /**
   * Waits until it is written.
   *
   * @throws RuntimeException the refusal, or that nothing can be written now
   */
  <T> T write(Decision.Maker<T> maker) {
    var change = new Waiting<>(maker);
    waiting.add(change);
    if (isClosed && waiting.remove(change)) {
      throw closed();
    }
    try {
      return change.answer.join();
    } catch (CompletionException e) {
      throw e.getCause() instanceof RuntimeException cause ? cause : e;
    }
  }

  private void writeAll() {
    long chores = System.nanoTime();
    try {
      while (!isClosed) {
        long left = chores + choreEvery.toNanos() - System.nanoTime();
        Waiting<?> first = waiting.poll(Math.max(left, 0), TimeUnit.NANOSECONDS);
        if (first != null) {
          List<Waiting<?>> together = new ArrayList<>(List.of(first));
          waiting.drainTo(together, MOST_TOGETHER - 1);
          write(together);
        }
        if (System.nanoTime() - chores >= choreEvery.toNanos()) {
          doChore();
          chores = System.nanoTime();
        }
      }
    } catch (InterruptedException _) {
      // By close().
    } finally {
      // However it ends: nobody may wait for a thread that is gone.
      isClosed = true;
      waiting.forEach(change -> change.fail(closed()));
    }
  }

  private void write(List<Waiting<?>> together) {
    try {
      database.inTransaction(
          rows -> {
            for (Waiting<?> change : together) {
              change.write(rows);
            }
          });
      together.forEach(change -> change.tell.run());
    } catch (SQLException e) {
      RuntimeException why =
          Refusals.unavailable("The tables can't be written: " + e.getMessage(), e);
      together.forEach(change -> change.fail(why));
    } finally {
      // Those who have been told don't hear this.
      together.forEach(change -> change.fail(new IllegalStateException("It wasn't written")));
    }
  }

  /** What goes wrong with it must not keep anybody from writing, nor end the process. */
  private void doChore() {
    try {
      chore.run();
    } catch (RuntimeException e) {
      LOG.log(Level.ERROR, "Expired rows can't be deleted", e);
    }
  }

  private static IllegalStateException closed() {
    return new IllegalStateException("The tables are closed");
  }

  /** What is being written is finished; what still waits is refused. */
  @Override
  public void close() {
    isClosed = true;
    thread.interrupt();
    boolean wasInterrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException _) {
        wasInterrupted = true;
      }
    }
    if (wasInterrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
