package dev.ipauth.relay.onward;

import static java.util.concurrent.TimeUnit.NANOSECONDS;

import dev.ipauth.relay.onward.NextHopAddress.Encryption;
import dev.ipauth.relay.onward.NextHopEvents.Stage;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.socket.nio.NioSocketChannel;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The connections to the next hop of one event loop: opens them, and keeps those that a message
 * left in good order for the next one. Lives on that event loop.
 */
final class KeptConnections {

  /** A connection without a message, since this {@link System#nanoTime}. */
  private record Kept(NextHopConnection connection, long since) {}

  private final EventLoop eventLoop;
  private final OnwardSettings settings;
  private final ClientTls tls;
  private final Consumer<NextHopConnection> opened;
  private final Deque<Kept> kept = new ArrayDeque<>();

  /**
   * Keeps nothing yet.
   *
   * @param opened hears of every connection that is ready for mail
   */
  KeptConnections(
      EventLoop eventLoop,
      OnwardSettings settings,
      ClientTls tls,
      Consumer<NextHopConnection> opened) {
    this.eventLoop = eventLoop;
    this.settings = settings;
    this.tls = tls;
    this.opened = opened;
  }

  /** The connection that was used last, which is the likeliest to be alive; null for none. */
  @Nullable NextHopConnection take() {
    for (Kept last = kept.pollLast(); last != null; last = kept.pollLast()) {
      if (last.connection().isUsable()) {
        return last.connection();
      }
    }
    return null;
  }

  /** Gives a connection back; one that isn't in good order is closed. */
  void keep(NextHopConnection connection) {
    if (!connection.isUsable()) {
      connection.close();
      return;
    }
    if (kept.isEmpty()) {
      sweepIn(settings.idle().toNanos());
    }
    kept.addLast(new Kept(connection, System.nanoTime()));
  }

  private void sweepIn(long nanos) {
    eventLoop.schedule(this::sweep, nanos, NANOSECONDS);
  }

  private void sweep() {
    long now = System.nanoTime();
    long idle = settings.idle().toNanos();
    for (Kept first = kept.peekFirst(); first != null; first = kept.peekFirst()) {
      long left = idle - (now - first.since());
      if (left > 0) {
        sweepIn(left);
        return;
      }
      kept.removeFirst().connection().close();
    }
  }

  /** Completes on the event loop with a connection ready for mail, or with {@link NextHopLost}. */
  CompletionStage<NextHopConnection> open() {
    return Addresses.of(settings.nextHop().host())
        .thenComposeAsync(this::connectToAny, eventLoop)
        .thenCompose(this::begin)
        .whenComplete(
            (connection, _) -> {
              if (connection != null) {
                opened.accept(connection);
              }
            });
  }

  /** Tries one address after the other; the last one's failure is the answer. */
  private CompletionStage<NextHopConnection> connectToAny(List<InetAddress> addresses) {
    var first = connect(addresses.getFirst());
    return addresses.size() == 1
        ? first
        : first.exceptionallyCompose(_ -> connectToAny(addresses.subList(1, addresses.size())));
  }

  private CompletionStage<NextHopConnection> connect(InetAddress address) {
    var connected = new CompletableFuture<NextHopConnection>();
    var remote = new InetSocketAddress(address, settings.nextHop().port());
    ChannelFuture connecting =
        new Bootstrap()
            .group(eventLoop)
            .channel(NioSocketChannel.class)
            .option(
                ChannelOption.CONNECT_TIMEOUT_MILLIS,
                (int) settings.patience().connect().toMillis())
            .option(ChannelOption.TCP_NODELAY, true)
            .option(ChannelOption.SO_KEEPALIVE, true)
            .handler(
                new ChannelInitializer<>() {
                  @Override
                  protected void initChannel(Channel channel) {
                    channel.pipeline().addLast(new NextHopConnection(channel));
                  }
                })
            .connect(remote);
    connecting.addListener(
        _ -> {
          if (connecting.isSuccess()) {
            connected.complete(connecting.channel().pipeline().get(NextHopConnection.class));
          } else {
            connected.completeExceptionally(
                new NextHopLost(Stage.CONNECT, String.valueOf(connecting.cause())));
          }
        });
    return connected;
  }

  private CompletionStage<NextHopConnection> begin(NextHopConnection connection) {
    var opening = new Opening(settings, tls, connection);
    var ready =
        settings.nextHop().encryption() == Encryption.FROM_THE_START
            ? tls.begin(connection).thenCompose(_ -> opening.run())
            : opening.run();
    return ready.whenComplete(
        (_, failure) -> {
          if (failure != null) {
            connection.close();
          }
        });
  }

  /** Closes what is kept. */
  void close() {
    kept.forEach(each -> each.connection().close());
    kept.clear();
  }
}
