package dev.ipauth.relay.wire;

import static java.util.concurrent.TimeUnit.NANOSECONDS;

import dev.ipauth.relay.limits.AccessFromPlace;
import dev.ipauth.relay.limits.Limit;
import dev.ipauth.relay.limits.Limits;
import dev.ipauth.relay.onward.Delivery;
import dev.ipauth.relay.proxy.ProxyHandler;
import dev.ipauth.relay.smtp.Event;
import dev.ipauth.relay.smtp.Event.Reason;
import dev.ipauth.relay.smtp.PortPolicy;
import dev.ipauth.relay.smtp.Replies;
import dev.ipauth.relay.smtp.Reply;
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
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.timeout.IdleStateHandler;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.DoubleSupplier;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Listens on the relay's ports and gives every connection its handler. */
public final class SmtpServer {
  /** Less than the 350 s after which AWS's balancers forget a connection. */
  private static final int KEEP_IDLE_SECONDS = 120;

  private static final Duration CLOSING = Duration.ofSeconds(2);

  /**
   * So many octets of replies are a hundred and more; a device that leaves more unread isn't read.
   */
  private static final WriteBufferWaterMark UNREAD = new WriteBufferWaterMark(4096, 8192);

  // A short message is read at once, also after commands, and a long one in long pieces. Netty's
  // own choice goes by the read before, which says nothing here.
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

  /**
   * What all connections share.
   *
   * @param taken the share of all places that is taken, from 0 to 1
   * @param advice for devices whose TLS fails
   */
  record Shared(
      Timeouts timeouts,
      DoubleSupplier taken,
      WaitingBudget waiting,
      Shortage shortage,
      TlsAdvice advice) {}

  private final Transport transport;
  private final Function<Channel, Delivery> onward;
  private final SessionContext context;
  private final ServerTls tls;
  private final Rules rules;
  private final Watch watch;
  private final Shared shared;
  private final List<Port> ports = new CopyOnWriteArrayList<>();
  private final ChannelGroup listeners = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
  private volatile boolean draining;
  private final ChannelGroup connections = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);

  /** Some outlive their channel: a message whose sender has left is still handed on. */
  private final Set<SmtpConnection> conversations = ConcurrentHashMap.newKeySet();

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
    this(transport, onward, context, tls, rules, watch, WaitingBudget.ofThisMachine());
  }

  SmtpServer(
      Transport transport,
      Function<Channel, Delivery> onward,
      SessionContext context,
      ServerTls tls,
      Rules rules,
      Watch watch,
      WaitingBudget waiting) {
    this.transport = transport;
    this.onward = onward;
    this.context = context;
    this.tls = tls;
    this.rules = rules;
    this.watch = watch;
    this.shared =
        new Shared(
            rules.timeouts(), rules.limits()::taken, waiting, new Shortage(), new TlsAdvice(ports));
  }

  /**
   * Begins to listen.
   *
   * @return where; the port is the one chosen where {@link Port#number} is 0
   * @param address null for all of this machine's
   * @throws UncheckedIOException when the port is taken or may not be opened
   */
  public InetSocketAddress listen(@Nullable IpAddress address, Port port) {
    var local =
        address == null
            ? new InetSocketAddress(port.number())
            : new InetSocketAddress(address.toInetAddress(), port.number());
    var bound = bootstrap(port.kind()).bind(local).awaitUninterruptibly();
    if (!bound.isSuccess()) {
      throw NotBound.because(address, port, bound.cause());
    }
    bound.channel().pipeline().addLast(new AcceptFailures());
    listeners.add(bound.channel());
    var listening = (InetSocketAddress) bound.channel().localAddress();
    ports.add(new Port(listening.getPort(), port.kind()));
    return listening;
  }

  private ServerBootstrap bootstrap(Port.Kind kind) {
    return new ServerBootstrap()
        .group(transport.eventLoops())
        .channel(transport.server())
        .option(ChannelOption.SO_BACKLOG, 1024)
        .option(ChannelOption.SO_REUSEADDR, true)
        .childOption(ChannelOption.AUTO_READ, false)
        .childOption(ChannelOption.RECVBUF_ALLOCATOR, READS)
        .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, UNREAD)
        .childOption(ChannelOption.SO_KEEPALIVE, true)
        .childOption(transport.keepIdle(), KEEP_IDLE_SECONDS)
        .childOption(ChannelOption.ALLOW_HALF_CLOSURE, true)
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
    var port = new Port(channel.localAddress().getPort(), kind);
    IpAddress other = IpAddress.of(channel.remoteAddress().getAddress());
    if (rules.proxies().isEmpty()) {
      admit(channel, port, other);
    } else if (rules.proxies().stream().anyMatch(network -> network.contains(other))) {
      channel
          .pipeline()
          .addLast(
              new ProxyHandler(
                  new BehindProxy(channel, port, other), rules.timeouts().proxyHeader()));
    } else {
      refusedByProxyRules(other, "This peer is none of TRUSTED_PROXIES");
      channel.close();
    }
  }

  private void refusedByProxyRules(IpAddress peer, String why) {
    Reply reply = Reply.of(421, "4.7.0 " + why);
    context.journal().record(Event.Refused.connection(Reason.PROXY, peer, reply));
  }

  /** A connection from a proxy that is trusted. */
  private final class BehindProxy implements ProxyHandler.Listener {
    private final SocketChannel channel;
    private final Port port;
    private final IpAddress peer;

    BehindProxy(SocketChannel channel, Port port, IpAddress peer) {
      this.channel = channel;
      this.port = port;
      this.peer = peer;
    }

    @Override
    public void device(IpAddress client) {
      admit(channel, port, client);
    }

    /** Takes no place from a device, and counts for no address. */
    @Override
    public void proxyItself() {
      converse(channel, port, peer, context.with(new ProxyItself()));
    }

    @Override
    public void refused(String why) {
      refusedByProxyRules(peer, why);
    }
  }

  private void admit(SocketChannel channel, Port port, IpAddress client) {
    if (shared.shortage().lasts()) {
      refuse(channel, client, Reason.INPUT_FULL, Replies.INPUT_FULL);
      return;
    }
    switch (rules.limits().connect(client)) {
      case Limits.Admission.Admitted(Limits.Place place) -> {
        watch.connected();
        channel.closeFuture().addListener(_ -> place.leave());
        var access = new AccessFromPlace(context.access(), place);
        SmtpConnection connection = converse(channel, port, client, context.with(access));
        place.whenItMustBeLeft(
            () -> channel.eventLoop().execute(connection::giveWay), () -> connection.isAmidMessage);
      }
      case Limits.Admission.Refused(Limit limit) ->
          refuse(channel, client, Reason.RATE, limit.reply());
    }
  }

  private void refuse(SocketChannel channel, IpAddress client, Reason reason, Reply reply) {
    context.journal().record(Event.Refused.connection(reason, client, reply));
    Farewell.say(channel, reply, true);
  }

  private SmtpConnection converse(
      SocketChannel channel, Port port, IpAddress client, SessionContext context) {
    Delivery delivery = onward.apply(channel);
    var session = new Session(rules.policies().apply(port.kind()), context, delivery, client);
    WaitingBudget.OfAddress waiting = shared.waiting().of(client);
    var encryption = new Encryption(channel, tls, port, waiting, watch::encrypted);
    var connection = new SmtpConnection(channel, session, delivery, encryption, waiting, shared);
    conversations.add(connection);
    connection.over().thenRun(() -> conversations.remove(connection));
    if (encryption.isFirst()) {
      encryption.beginAtOnce();
    }
    long idle = rules.timeouts().idle().toMillis();
    channel.pipeline().addLast(new IdleStateHandler(0, 0, idle, TimeUnit.MILLISECONDS));
    channel.pipeline().addLast(connection);
    if (draining) {
      connection.drain();
    }
    return connection;
  }

  /** Takes no more connections. */
  public void stopListening() {
    listeners.close().awaitUninterruptibly(CLOSING.toMillis());
  }

  /**
   * Ends every connection as soon as it costs no message.
   *
   * @return whether all ended in time
   */
  public boolean drain(Duration atMost) throws InterruptedException {
    draining = true;
    long until = System.nanoTime() + atMost.toNanos();
    connections.forEach(connection -> connection.eventLoop().execute(() -> drain(connection)));
    boolean closed = connections.newCloseFuture().await(atMost.toMillis());
    var over = conversations.stream().map(SmtpConnection::over).toArray(CompletableFuture[]::new);
    try {
      CompletableFuture.allOf(over).get(Math.max(0, until - System.nanoTime()), NANOSECONDS);
      return closed;
    } catch (ExecutionException | TimeoutException _) {
      return false;
    }
  }

  private static void drain(Channel connection) {
    SmtpConnection handler = connection.pipeline().get(SmtpConnection.class);
    if (handler != null) {
      handler.drain();
    }
  }
}
