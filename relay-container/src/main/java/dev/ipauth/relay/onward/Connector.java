package dev.ipauth.relay.onward;

import dev.ipauth.relay.oauth.AccessToken;
import dev.ipauth.relay.onward.Failure.Kind;
import dev.ipauth.relay.onward.Failure.Stage;
import dev.ipauth.relay.onward.NextHopAddress.Encryption;
import dev.ipauth.relay.tls.ClientTls;
import dev.ipauth.relay.transport.Transport;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.ConnectTimeoutException;
import io.netty.channel.EventLoop;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NoRouteToHostException;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Opens connections to the next hop, ready for mail: finds its addresses, tries one after the
 * other, then TLS, EHLO, AUTH. All of it together has a limit, and begins with addresses that
 * didn't fail when they were tried last, then with those whose failure is the longest ago: so a
 * device doesn't wait for each of many that are silent, and every address has its turn.
 */
final class Connector {

  /** Shorter than what firewalls and NAT forget a silent connection after (350 s on AWS). */
  private static final int KEEP_IDLE_SECONDS = 120;

  private final OnwardSettings settings;
  private final Transport transport;
  private final ClientTls tls;
  private final Supplier<CompletionStage<List<InetAddress>>> addresses;
  private final Backlogs backlogs;
  private final Steps steps;
  private final @Nullable Tokens tokens;

  /** Those that failed when they were tried last: a higher number failed later. */
  private final Map<InetAddress, Long> lastFailures = new ConcurrentHashMap<>();

  private final AtomicLong failures = new AtomicLong();

  /** The share of an event loop's connections in what may wait to be taken. */
  interface Backlogs {
    Backlog of(EventLoop eventLoop);
  }

  /**
   * @param addresses finds the next hop's, at least one
   */
  Connector(
      OnwardSettings settings,
      Transport transport,
      ClientTls tls,
      Supplier<CompletionStage<List<InetAddress>>> addresses,
      Backlogs backlogs,
      Steps steps) {
    this.settings = settings;
    this.transport = transport;
    this.tls = tls;
    this.addresses = addresses;
    this.backlogs = backlogs;
    this.steps = steps;
    this.tokens = settings.login() instanceof Login.Token token ? Tokens.of(token, steps) : null;
  }

  /**
   * One connection being opened.
   *
   * @param token to authenticate with, null where that isn't done with one
   * @param inTheClear whether STARTTLS is left alone, even if offered
   * @param end by {@link System#nanoTime}, when no other address is tried any more
   */
  private record Attempt(
      EventLoop eventLoop, @Nullable AccessToken token, boolean inTheClear, long end) {

    Attempt withoutTls() {
      return new Attempt(eventLoop, token, true, end);
    }

    boolean isOver() {
      return end - System.nanoTime() <= 0;
    }
  }

  /** Completes on the event loop with a connection ready for mail, or with {@link NextHopLost}. */
  CompletionStage<NextHopConnection> open(EventLoop eventLoop) {
    CompletionStage<NextHopConnection> opened =
        tokens == null
            ? open(eventLoop, null)
            : tokens.with(token -> open(eventLoop, token), eventLoop);
    // Name servers and issuers fail on threads of their own.
    return opened.whenCompleteAsync((_, _) -> {}, eventLoop);
  }

  private CompletionStage<NextHopConnection> open(
      EventLoop eventLoop, @Nullable AccessToken token) {
    long end = System.nanoTime() + 2 * settings.timeouts().command().toNanos();
    var attempt = new Attempt(eventLoop, token, false, end);
    return open(attempt)
        .exceptionallyCompose(
            failure ->
                mayGoInTheClear(failure)
                    ? open(attempt.withoutTls())
                    : CompletableFuture.failedStage(failure));
  }

  /**
   * A handshake that fails is as good as none offered, where none need be: a next hop whose TLS is
   * broken, or too old, would otherwise get no mail at all, and one without any TLS would.
   */
  private boolean mayGoInTheClear(Throwable failure) {
    return stage(failure) == Stage.TLS && !settings.isTlsRequired();
  }

  private CompletionStage<NextHopConnection> open(Attempt attempt) {
    return addresses
        .get()
        .whenComplete((found, _) -> found(found))
        .thenComposeAsync(found -> openAny(attempt, likeliestFirst(found)), attempt.eventLoop());
  }

  private void found(@Nullable List<InetAddress> found) {
    if (found != null) {
      String all =
          found.stream().map(InetAddress::getHostAddress).collect(Collectors.joining(", "));
      steps.made("resolve", settings.server().host() + " is " + all);
    }
  }

  private List<InetAddress> likeliestFirst(List<InetAddress> found) {
    lastFailures.keySet().retainAll(found);
    Map<InetAddress, Long> before = Map.copyOf(lastFailures); // others fail while this is sorted
    return found.stream()
        .sorted(Comparator.comparingLong(address -> before.getOrDefault(address, 0L)))
        .toList(); // stable: else the resolver's order
  }

  /** Every address's turn, unless one shows that none will do. */
  private CompletionStage<NextHopConnection> openAny(
      Attempt attempt, List<InetAddress> candidates) {
    var others = candidates.subList(1, candidates.size());
    return openOne(attempt, candidates.getFirst())
        .exceptionallyCompose(
            failure ->
                others.isEmpty() || attempt.isOver() || !mayBeBetterElsewhere(failure)
                    ? CompletableFuture.failedStage(failure)
                    : openAny(attempt, others).exceptionallyCompose(last -> failed(failure, last)));
  }

  private CompletionStage<NextHopConnection> openOne(Attempt attempt, InetAddress address) {
    return connect(attempt.eventLoop(), address)
        .thenCompose(connection -> begin(connection, attempt))
        .whenComplete(
            (_, failure) -> {
              if (failure == null) {
                lastFailures.remove(address);
              } else {
                lastFailures.put(address, failures.incrementAndGet());
              }
            });
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
    return NextHopLost.of(Stage.CONNECT, failure).stage();
  }

  private CompletionStage<NextHopConnection> begin(NextHopConnection connection, Attempt attempt) {
    var handshake =
        new Handshake(settings, tls, connection, attempt.inTheClear(), attempt.token(), steps);
    var ready =
        settings.server().encryption() == Encryption.FROM_THE_START
            ? connection
                .encrypt(tls)
                .thenAccept(_ -> handshake.encrypted())
                .thenCompose(_ -> handshake.run())
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
    var to = new InetSocketAddress(address, settings.server().port());
    ChannelFuture connecting = bootstrap(eventLoop).connect(to);
    connecting.addListener(
        _ -> {
          if (connecting.isSuccess()) {
            steps.made("connect", address.getHostAddress() + ", port " + to.getPort());
            connected.complete(connecting.channel().pipeline().get(NextHopConnection.class));
          } else {
            String why = whyNot(to, connecting.cause());
            connected.completeExceptionally(new NextHopLost(Stage.CONNECT, Kind.UNREACHABLE, why));
          }
        });
    return connected;
  }

  /** Fetches no more tokens. */
  void close() {
    if (tokens != null) {
      tokens.close();
    }
  }

  private String whyNot(InetSocketAddress to, Throwable cause) {
    String where = to.getAddress().getHostAddress() + ", port " + to.getPort();
    String words = String.valueOf(cause.getMessage());
    return switch (cause) {
      case ConnectTimeoutException _ ->
          where
              + ", doesn't answer within "
              + settings.timeouts().connect().toMillis() / 1000.0
              + " s; many networks block port 25";
      case ConnectException _ when words.contains("refused") -> where + ", refuses connections";
      case NoRouteToHostException _ -> "there is no route to " + where;
      default -> where + ", can't be connected to: " + words;
    };
  }

  private Bootstrap bootstrap(EventLoop eventLoop) {
    int connectMillis = (int) settings.timeouts().connect().toMillis();
    return new Bootstrap()
        .group(eventLoop)
        .channel(transport.client())
        .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, connectMillis)
        .option(ChannelOption.TCP_NODELAY, true)
        .option(ChannelOption.SO_KEEPALIVE, true)
        .option(transport.keepIdle(), KEEP_IDLE_SECONDS)
        // What the next hop said before it closed, or stopped reading, is read all the same.
        .option(ChannelOption.ALLOW_HALF_CLOSURE, true)
        .option(ChannelOption.AUTO_CLOSE, false)
        .handler(
            new ChannelInitializer<>() {
              @Override
              protected void initChannel(Channel channel) {
                var backlog = backlogs.of(eventLoop);
                channel
                    .pipeline()
                    .addLast(new NextHopConnection(channel, settings.timeouts(), backlog));
              }
            });
  }
}
