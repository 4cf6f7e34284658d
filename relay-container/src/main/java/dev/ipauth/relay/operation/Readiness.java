package dev.ipauth.relay.operation;

import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/** Whether the relay can serve mail now. */
public final class Readiness {
  private final Supplier<CompletionStage<Boolean>> tablesReadable;
  private volatile boolean draining;

  /**
   * @param tablesReadable completes within bounded time, and never exceptionally
   */
  public Readiness(Supplier<CompletionStage<Boolean>> tablesReadable) {
    this.tablesReadable = tablesReadable;
  }

  /** From now on it can't: no connections are taken any more. */
  public void drain() {
    draining = true;
  }

  /** Why it can't; empty when it can. Blocks until the tables have been asked. */
  Optional<String> whyNot() {
    if (draining) {
      return Optional.of("draining");
    }
    return tablesReadable.get().toCompletableFuture().join()
        ? Optional.empty()
        : Optional.of("the tables can't be read");
  }
}
