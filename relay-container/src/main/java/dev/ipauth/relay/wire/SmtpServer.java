package dev.ipauth.relay.wire;

import dev.ipauth.relay.limits.Limit;
import dev.ipauth.relay.limits.Limits;
import dev.ipauth.relay.onward.Delivery;
import dev.ipauth.relay.proxy.ProxyHandler;
import dev.ipauth.relay.smtp.Event;
import dev.ipauth.relay.smtp.PortPolicy;
import dev.ipauth.relay.smtp.Session;
import dev.ipauth.relay.smtp.SessionContext;
import dev.ipauth.relay.tls.ServerTls;
import dev.ipauth.relay.transport.Transport;
import dev.ipauth.tables.IpAddress;
import dev.ipauth.tables.Network;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.RecvByteBufAllocator;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.timeout.IdleStateHandler;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/** Listens on the relay's ports and gives every connection its handler. */
public final class SmtpServer {
  // A short message is read at once, also after commands, and a long one in long pieces. Netty's
  // own
  // choice goes by the read before, which says nothing here.
  private static final RecvByteBufAllocator READS =
      new AdaptiveRecvByteBufAllocator(8192, 8192, 65_536);

  /**
   * What is the same on every port.
   *
   * @param policies for a kind of port
   * @param limits how many may connect
   * @param proxies the networks whose PROXY protocol header is believed, and must come; empty where
   *     devices connect themselves
   * @param timeouts how long things may take
   */
  public record Rules(
      Function<Port.Kind, PortPolicy> policies,
      Limits limits,
      List<Network> proxies,
      Timeouts timeouts) {}

  /** Is told what connections do; never blocks. */
  public interface Watch {

    void connected();

    /**
     * A connection is encrypted now.
     *
     * @param version such as {@code TLSv1.3}
     */
    void encrypted(String version);
  }

  private final Transport transport;
  private final Function<Channel, Delivery> onward;
  private final SessionContext context;
  private final ServerTls tls;
  private final Rules rules;
  private final Watch watch;
  private final ChannelGroup listeners = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
  private volatile boolean draining;
  private final ChannelGroup connections = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);

  /**
   * Listens nowhere yet.
   *
   * @param onward makes a connection's way to the next hop, on the connection's event loop
   */
  public SmtpServer(
      Transport transport,
      Function<Channel, Delivery> onward,
      SessionContext context,
      ServerTls tls,
      Rules rules,
      Watch watch) {
    this.transport = transport;
    this.onward = onward;
    this.context = context;
    this.tls = tls;
    this.rules = rules;
    this.watch = watch;
  }

  /**
   * Begins to listen.
   *
   * @return where; the port is the one chosen where {@link Port#number} is 0
   * @throws UncheckedIOException when the port is taken or may not be opened
   */
  public InetSocketAddress listen(String address, Port port) {
    var local =
        address.isEmpty()
            ? new InetSocketAddress(port.number())
            : new InetSocketAddress(address, port.number());
    var bound = bootstrap(port.kind()).bind(local).awaitUninterruptibly();
    if (!bound.isSuccess()) {
      throw notBound(port, bound.cause());
    }
    listeners.add(bound.channel());
    return (InetSocketAddress) bound.channel().localAddress();
  }

  private static UncheckedIOException notBound(Port port, Throwable cause) {
    String what = "Port " + port.number() + " can't be opened: " + cause.getMessage();
    return new UncheckedIOException(
        what, cause instanceof IOException failure ? failure : new IOException(cause));
  }

  private ServerBootstrap bootstrap(Port.Kind kind) {
    return new ServerBootstrap()
        .group(transport.eventLoops())
        .channel(transport.server())
        .option(ChannelOption.SO_BACKLOG, 1024)
        .option(ChannelOption.SO_REUSEADDR, true)
        .childOption(ChannelOption.AUTO_READ, false)
        .childOption(ChannelOption.RECVBUF_ALLOCATOR, READS)
        .childOption(ChannelOption.SO_KEEPALIVE, true)
        .childHandler(
            new ChannelInitializer<SocketChannel>() {
              @Override
              protected void initChannel(SocketChannel channel) {
                connected(channel, kind);
              }
            });
  }

  /** The one place where it is decided whose connection this is. */
  private void connected(SocketChannel channel, Port.Kind kind) {
    connections.add(channel);
    IpAddress other = IpAddress.of(channel.remoteAddress().getAddress());
    if (rules.proxies().isEmpty()) {
      admit(channel, kind, other);
    } else if (rules.proxies().stream().anyMatch(network -> network.contains(other))) {
      channel.pipeline().addLast(new ProxyHandler(client -> admit(channel, kind, client)));
    } else {
      channel.close();
    }
  }

  private void admit(SocketChannel channel, Port.Kind kind, IpAddress client) {
    switch (rules.limits().connect(client)) {
      case Limits.Admission.Admitted(Limits.Place place) -> {
        watch.connected();
        channel.closeFuture().addListener(_ -> place.leave());
        converse(channel, kind, client);
      }
      case Limits.Admission.Refused(Limit limit) -> {
        context.journal().record(Event.Refused.connection(client, limit.reply()));
        Farewell.say(channel, limit.reply(), true);
      }
    }
  }

  private void converse(SocketChannel channel, Port.Kind kind, IpAddress client) {
    Delivery delivery = onward.apply(channel);
    var session = new Session(rules.policies().apply(kind), context, delivery, client);
    var connection =
        new SmtpConnection(channel, session, delivery, rules.timeouts(), tlsFor(channel, kind));
    if (kind == Port.Kind.TLS) {
      channel.pipeline().addLast(tls.handler(kind.versions(), channel.alloc()));
    }
    long idle = rules.timeouts().idle().toMillis();
    channel.pipeline().addLast(new IdleStateHandler(0, 0, idle, TimeUnit.MILLISECONDS));
    channel.pipeline().addLast(connection);
    if (draining) {
      connection.drain();
    }
  }

  private SmtpConnection.Tls tlsFor(SocketChannel channel, Port.Kind kind) {
    return new SmtpConnection.Tls(
        kind == Port.Kind.TLS,
        () -> tls.handler(kind.versions(), channel.alloc()),
        watch::encrypted);
  }

  /** Takes no more connections. */
  public void stopListening() {
    listeners.close().syncUninterruptibly();
  }

  /**
   * Ends every connection as soon as it costs no message.
   *
   * @return whether all ended in time
   */
  public boolean drain(Duration atMost) throws InterruptedException {
    draining = true;
    connections.forEach(connection -> connection.eventLoop().execute(() -> drain(connection)));
    return connections.newCloseFuture().await(atMost.toMillis());
  }

  private static void drain(Channel connection) {
    SmtpConnection handler = connection.pipeline().get(SmtpConnection.class);
    if (handler != null) {
      handler.drain();
    }
  }
}
