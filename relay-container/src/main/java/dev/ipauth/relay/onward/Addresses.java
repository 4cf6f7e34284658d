package dev.ipauth.relay.onward;

import dev.ipauth.relay.onward.NextHopEvents.Stage;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The next hop's addresses, looked up away from the event loops: the JDK's look-up blocks, and with
 * a virtual thread its carrier too. Whoever asks during a look-up shares its answer, so a name
 * server that hangs costs one thread.
 */
final class Addresses {
  private final String host;
  private final Duration timeout;
  private final AtomicReference<@Nullable CompletableFuture<List<InetAddress>>> underWay =
      new AtomicReference<>();

  /**
   * Looks up nothing yet.
   *
   * @param timeout how long a look-up may take
   */
  Addresses(String host, Duration timeout) {
    this.host = host;
    this.timeout = timeout;
  }

  /** All addresses, in the resolver's order; at least one, or {@link NextHopLost}. */
  CompletionStage<List<InetAddress>> find() {
    var asked = new CompletableFuture<List<InetAddress>>();
    var earlier = underWay.compareAndExchange(null, asked);
    if (earlier != null) {
      return earlier;
    }
    asked
        .orTimeout(timeout.toNanos(), TimeUnit.NANOSECONDS)
        .whenComplete((_, _) -> underWay.compareAndSet(asked, null));
    Thread.ofPlatform().daemon().name("look-up of " + host).start(() -> lookUp(asked));
    return asked;
  }

  private void lookUp(CompletableFuture<List<InetAddress>> asked) {
    try {
      asked.complete(List.of(InetAddress.getAllByName(host)));
    } catch (UnknownHostException _) {
      asked.completeExceptionally(new NextHopLost(Stage.CONNECT, "no address for " + host));
    }
  }
}
