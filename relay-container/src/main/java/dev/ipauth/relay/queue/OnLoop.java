package dev.ipauth.relay.queue;

import static java.util.concurrent.TimeUnit.MILLISECONDS;

import dev.ipauth.relay.onward.Delivery;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.EventLoop;
import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/**
 * A delivery as a thread of its own sees it: each call is made on the event loop that the delivery
 * lives on, and waited for. The delivery bounds every wait itself.
 */
final class OnLoop {
  private static final int PIECE = 1 << 16;

  private final EventLoop loop;
  private final Delivery delivery;

  OnLoop(EventLoop loop, Delivery delivery) {
    this.loop = loop;
    this.delivery = delivery;
  }

  /** Makes a call and waits for its answer, under a lease that is renewed meanwhile. */
  <T> T await(Supplier<CompletionStage<T>> call, LeaseWatch lease) throws LeaseWatch.Lost {
    lease.keep();
    CompletableFuture<T> answer = begin(call);
    while (!isHeard(answer, lease)) {
      lease.keep();
    }
    return answer.join();
  }

  /**
   * The same for what can't be taken back once it is said: what comes of it is heard though the
   * lease be lost meanwhile, for nobody else hears it.
   */
  <T> T awaitInAnyCase(Supplier<CompletionStage<T>> call, LeaseWatch lease) throws LeaseWatch.Lost {
    lease.keep();
    CompletableFuture<T> answer = begin(call);
    try {
      while (!isHeard(answer, lease)) {
        lease.keep();
      }
    } catch (LeaseWatch.Lost _) {
      // Perhaps nobody has taken it up since: then the row is still as it was leased.
    }
    return answer.join();
  }

  /** Whether it is before the lease may have to be renewed. */
  private static boolean isHeard(CompletableFuture<?> answer, LeaseWatch lease) {
    return answer
        .handle((_, _) -> true)
        .completeOnTimeout(false, lease.untilKept().toMillis(), MILLISECONDS)
        .join();
  }

  private <T> CompletableFuture<T> begin(Supplier<CompletionStage<T>> call) {
    return CompletableFuture.supplyAsync(call, loop).thenCompose(answer -> answer);
  }

  /** Makes a call that has no answer, and waits until it was made. */
  void run(Runnable call) {
    CompletableFuture.runAsync(call, loop).join();
  }

  /**
   * Passes a text on, a piece at a time, as fast as the next hop takes it, under a lease that is
   * renewed meanwhile.
   */
  void text(InputStream text, LeaseWatch lease) throws IOException, LeaseWatch.Lost {
    byte[] piece = new byte[PIECE];
    for (int read = text.read(piece); read >= 0; read = text.read(piece)) {
      ByteBuf octets = Unpooled.copiedBuffer(piece, 0, read);
      await(
          () -> {
            var taken = new CompletableFuture<Void>();
            delivery.text(octets);
            delivery.flush();
            delivery.whenWritable(() -> taken.complete(null));
            return taken;
          },
          lease);
    }
  }
}
