package dev.ipauth.relay.onward;

import dev.ipauth.relay.onward.Failure.Kind;
import dev.ipauth.relay.onward.Failure.Stage;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
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
    if (earlier == null) {
      begin(asked);
    }
    return (earlier == null ? asked : earlier).exceptionallyCompose(this::failed);
  }

  private void begin(CompletableFuture<List<InetAddress>> asked) {
    asked
        .orTimeout(timeout.toNanos(), TimeUnit.NANOSECONDS)
        .whenComplete((_, _) -> underWay.compareAndSet(asked, null));
    Thread.ofPlatform().daemon().name("look-up of " + host).start(() -> lookUp(asked));
  }

  private void lookUp(CompletableFuture<List<InetAddress>> asked) {
    try {
      asked.complete(List.of(InetAddress.getAllByName(host)));
    } catch (UnknownHostException _) {
      asked.completeExceptionally(lost("there is no address for the name " + host));
    }
  }

  private CompletionStage<List<InetAddress>> failed(Throwable cause) {
    return CompletableFuture.failedStage(
        cause instanceof TimeoutException
            ? lost("the name servers don't answer who " + host + " is")
            : cause);
  }

  private static NextHopLost lost(String why) {
    return new NextHopLost(Stage.CONNECT, Kind.UNREACHABLE, why);
  }
}
