package dev.ipauth.relay.onward;

import dev.ipauth.relay.onward.NextHopAddress.Encryption;
import dev.ipauth.relay.onward.NextHopEvents.Stage;
import dev.ipauth.relay.tls.ClientTls;
import dev.ipauth.relay.transport.Transport;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/**
 * Opens connections to the next hop, ready for mail: finds its addresses, tries one after the
 * other, then TLS, EHLO, AUTH.
 */
final class Connector {
  private final OnwardSettings settings;
  private final Transport transport;
  private final ClientTls tls;
  private final Supplier<CompletionStage<List<InetAddress>>> addresses;

  /**
   * @param addresses finds the next hop's, at least one
   */
  Connector(
      OnwardSettings settings,
      Transport transport,
      ClientTls tls,
      Supplier<CompletionStage<List<InetAddress>>> addresses) {
    this.settings = settings;
    this.transport = transport;
    this.tls = tls;
    this.addresses = addresses;
  }

  /** Completes on the event loop with a connection ready for mail, or with {@link NextHopLost}. */
  CompletionStage<NextHopConnection> open(EventLoop eventLoop) {
    return open(eventLoop, false)
        .exceptionallyCompose(
            failure ->
                mayGoInTheClear(failure)
                    ? open(eventLoop, true)
                    : CompletableFuture.failedStage(failure));
  }

  /**
   * A handshake that fails is as good as none offered, where none need be: a next hop whose TLS is
   * broken, or too old, would otherwise get no mail at all, and one without any TLS would.
   */
  private boolean mayGoInTheClear(Throwable failure) {
    return stage(failure) == Stage.TLS && !settings.nextHop().encryption().isRequired();
  }

  private CompletionStage<NextHopConnection> open(EventLoop eventLoop, boolean inTheClear) {
    return addresses
        .get()
        .thenComposeAsync(found -> openAny(eventLoop, found, inTheClear), eventLoop);
  }

  /** Every address's turn, unless one shows that none will do. */
  private CompletionStage<NextHopConnection> openAny(
      EventLoop eventLoop, List<InetAddress> candidates, boolean inTheClear) {
    var others = candidates.subList(1, candidates.size());
    return connect(eventLoop, candidates.getFirst())
        .thenCompose(connection -> begin(connection, inTheClear))
        .exceptionallyCompose(
            failure ->
                others.isEmpty() || !mayBeBetterElsewhere(failure)
                    ? CompletableFuture.failedStage(failure)
                    : openAny(eventLoop, others, inTheClear)
                        .exceptionallyCompose(last -> failed(failure, last)));
  }

  /**
   * The last address's failure is the answer; but a handshake that failed isn't forgotten over an
   * address where nobody listens, since mail may go in the clear there.
   */
  private static CompletionStage<NextHopConnection> failed(Throwable failure, Throwable last) {
    boolean clearMayDo = stage(failure) == Stage.TLS && stage(last) != Stage.AUTH;
    return CompletableFuture.failedStage(clearMayDo ? failure : last);
  }

  /** A password that is refused is wrong at every address, and enough wrong ones shut it out. */
  private static boolean mayBeBetterElsewhere(Throwable failure) {
    return stage(failure) != Stage.AUTH;
  }

  private static Stage stage(Throwable failure) {
    return NextHopLost.of(failure).stage;
  }

  private CompletionStage<NextHopConnection> begin(
      NextHopConnection connection, boolean inTheClear) {
    var handshake = new Handshake(settings, tls, connection, inTheClear);
    var ready =
        settings.nextHop().encryption() == Encryption.FROM_THE_START
            ? connection.encrypt(tls).thenCompose(_ -> handshake.run())
            : handshake.run();
    return ready.whenComplete(
        (_, failure) -> {
          if (failure != null) {
            connection.close();
          }
        });
  }

  private CompletionStage<NextHopConnection> connect(EventLoop eventLoop, InetAddress address) {
    var connected = new CompletableFuture<NextHopConnection>();
    ChannelFuture connecting =
        bootstrap(eventLoop).connect(new InetSocketAddress(address, settings.nextHop().port()));
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

  private Bootstrap bootstrap(EventLoop eventLoop) {
    int connectMillis = (int) settings.timeouts().connect().toMillis();
    return new Bootstrap()
        .group(eventLoop)
        .channel(transport.client())
        .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, connectMillis)
        .option(ChannelOption.TCP_NODELAY, true)
        .option(ChannelOption.SO_KEEPALIVE, true)
        .handler(
            new ChannelInitializer<>() {
              @Override
              protected void initChannel(Channel channel) {
                channel.pipeline().addLast(new NextHopConnection(channel, settings.timeouts()));
              }
            });
  }
}
