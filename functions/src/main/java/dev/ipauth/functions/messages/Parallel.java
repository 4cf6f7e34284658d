package dev.ipauth.functions.messages;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.function.Function;

/** Calls of DynamoDB side by side; never more than a client has connections for. */
final class Parallel {
  static final int AT_ONCE = 16;

  private Parallel() {}

  /**
   * What each of them comes to, in their order.
   *
   * @throws RuntimeException of the first that failed, when all have come to an end
   */
  static <A, B> List<B> map(Collection<A> all, Function<A, B> call) {
    var places = new Semaphore(AT_ONCE);
    var calls = new ArrayList<Future<B>>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (A one : all) {
        calls.add(threads.submit(inTurn(places, () -> call.apply(one))));
      }
    }
    return calls.stream().map(Parallel::result).toList();
  }

  private static <T> Callable<T> inTurn(Semaphore places, Callable<T> call) {
    return () -> {
      places.acquire();
      try {
        return call.call();
      } finally {
        places.release();
      }
    };
  }

  private static <T> T result(Future<T> future) {
    try {
      return future.get();
    } catch (ExecutionException e) {
      throw e.getCause() instanceof RuntimeException failure
          ? failure
          : new IllegalStateException(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("The process is stopping", e);
    }
  }
}
