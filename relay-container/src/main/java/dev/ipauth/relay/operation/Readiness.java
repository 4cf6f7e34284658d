package dev.ipauth.relay.operation;

import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/**
 * Whether the relay can serve mail now, and whether it is to be given connections. The two differ
 * (decision 0024): while the tables can't be read, the relay can't serve, and another in its place
 * couldn't either.
 */
public final class Readiness {
  private final Supplier<CompletionStage<Optional<String>>> tables;
  private final Supplier<Optional<String>> queue;
  private volatile boolean wasReady;
  private volatile boolean draining;

  /**
   * @param tables why they can't be read, or nothing when they can; completes within bounded time,
   *     and never exceptionally
   * @param queue why nothing can be kept, or nothing when all can, or there is no queue
   */
  public Readiness(
      Supplier<CompletionStage<Optional<String>>> tables, Supplier<Optional<String>> queue) {
    this.tables = tables;
    this.queue = queue;
  }

  /** From now on it can't: no connections are taken any more. */
  public void drain() {
    draining = true;
  }

  /** Why it can't serve mail; empty when it can. Blocks until the tables have been asked. */
  Optional<String> whyNot() {
    if (draining) {
      return Optional.of("draining");
    }
    Optional<String> trouble = tables.get().toCompletableFuture().join();
    if (trouble.isEmpty()) {
      wasReady = true;
    }
    return trouble.map(why -> "The tables can't be read: " + why);
  }

  /** What is to be said even so: mail is served, but what the next hop can't take is put off. */
  Optional<String> caveat() {
    return queue.get().map(why -> "nothing can be kept: " + why);
  }

  /**
   * Why it isn't to be given connections; empty when it is. Once it could serve mail, it stays in
   * service until it drains.
   */
  Optional<String> whyNotInService() {
    return wasReady && !draining ? Optional.empty() : whyNot();
  }
}
