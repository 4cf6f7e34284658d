package dev.ipauth.relay.queue;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Supplier;
import software.amazon.awssdk.services.dynamodb.model.TransactionConflictException;

/**
 * Outlasts a transaction whose answer was lost: while DynamoDB is still at it, its rows take no
 * other write. Rows that went together come back at different moments, so that they don't meet
 * again. Blocking, so not for an event loop.
 *
 * @param atMost a device waits meanwhile
 */
record Conflicts(Duration atMost) {
  static final Conflicts USUAL = new Conflicts(Duration.ofSeconds(2));

  private static final int FIRST_MILLIS = 20;
  private static final int LONGEST_MILLIS = 200;

  /**
   * Does it until it meets no conflict.
   *
   * @throws TransactionConflictException when it still does after so long
   */
  <T> T outlast(Supplier<T> write) {
    long began = System.nanoTime();
    int pause = FIRST_MILLIS;
    while (true) {
      try {
        return write.get();
      } catch (TransactionConflictException e) {
        if (System.nanoTime() - began >= atMost.toNanos() || isInterrupted(pause)) {
          throw e;
        }
        pause = Math.min(2 * pause, LONGEST_MILLIS);
      }
    }
  }

  private static boolean isInterrupted(int pause) {
    try {
      Thread.sleep(ThreadLocalRandom.current().nextInt(pause / 2, pause + 1));
      return false;
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      return true;
    }
  }
}
