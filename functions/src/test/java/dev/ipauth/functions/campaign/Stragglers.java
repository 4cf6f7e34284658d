package dev.ipauth.functions.campaign;

import java.util.Queue;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItem;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItemsRequest;
import software.amazon.awssdk.services.dynamodb.model.TransactionCanceledException;

/** Transactions on their way that nobody waits for any more. */
final class Stragglers implements AutoCloseable {
  private static final int LATEST_MILLIS = 400;

  private final ScheduledExecutorService clock = Executors.newScheduledThreadPool(4);
  private final DynamoDbClient direct;
  private final AtomicLong made = new AtomicLong();
  private final Queue<SdkException> failures = new ConcurrentLinkedQueue<>();
  private final AtomicLong refused = new AtomicLong();

  /**
   * @param direct without faults
   */
  Stragglers(DynamoDbClient direct) {
    this.direct = direct;
  }

  /** Arrives some time later. */
  void later(TransactWriteItemsRequest write, SplittableRandom random) {
    clock.schedule(() -> now(write), 1L + random.nextInt(LATEST_MILLIS), TimeUnit.MILLISECONDS);
  }

  /** Arrives later, and isn't known by its token any more. */
  void forgotten(TransactWriteItemsRequest write, SplittableRandom random) {
    later(write.toBuilder().clientRequestToken(UUID.randomUUID().toString()).build(), random);
  }

  void now(TransactWriteItemsRequest write) {
    try {
      direct.transactWriteItems(write);
      made.incrementAndGet();
    } catch (TransactionCanceledException _) {
      refused.incrementAndGet();
    } catch (SdkException e) {
      failures.add(e);
    }
  }

  /**
   * Whether it rests on the version of what it writes. A creation doesn't: there is no row yet, and
   * only its token keeps a duplicate from being made, for ten minutes, after the user is deleted.
   */
  static boolean isFenced(TransactWriteItemsRequest write) {
    return write.transactItems().stream().anyMatch(Stragglers::namesVersion);
  }

  private static boolean namesVersion(TransactWriteItem item) {
    return (item.update() != null
            && item.update().expressionAttributeValues().containsKey(":version"))
        || (item.delete() != null
            && item.delete().expressionAttributeValues().containsKey(":version"));
  }

  static void sleep(int millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** How many were made, a second time or as their first: DynamoDB doesn't tell. */
  long made() {
    return made.get();
  }

  long refused() {
    return refused.get();
  }

  /**
   * Waits until all have arrived.
   *
   * @throws IllegalStateException when DynamoDB Local itself failed
   */
  @Override
  public void close() {
    clock.close();
    if (!failures.isEmpty()) {
      throw new IllegalStateException(failures.size() + " didn't arrive", failures.peek());
    }
  }
}
