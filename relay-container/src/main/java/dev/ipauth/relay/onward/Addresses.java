package dev.ipauth.relay.onward;

import dev.ipauth.relay.onward.NextHopEvents.Stage;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;

/** Looks up the next hop's name, away from the event loops: the JDK's look-up blocks. */
final class Addresses {
  private static final Executor VIRTUAL_THREADS = Thread::startVirtualThread;

  private Addresses() {}

  /** All addresses, in the resolver's order; at least one, or {@link NextHopLost}. */
  static CompletionStage<List<InetAddress>> of(String host) {
    return CompletableFuture.supplyAsync(() -> lookUp(host), VIRTUAL_THREADS);
  }

  private static List<InetAddress> lookUp(String host) {
    try {
      return List.of(InetAddress.getAllByName(host));
    } catch (UnknownHostException _) {
      throw new CompletionException(new NextHopLost(Stage.CONNECT, "no address for " + host));
    }
  }
}
