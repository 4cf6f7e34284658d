package dev.ipauth.relay.wire;

import dev.ipauth.relay.onward.HandOn;
import dev.ipauth.relay.smtp.Session;
import dev.ipauth.relay.smtp.Surroundings;
import dev.ipauth.relay.smtp.Terms;
import dev.ipauth.tables.IpAddress;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.timeout.IdleStateHandler;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;

/** Listens on the relay's ports and gives every connection its handler. */
public final class SmtpServer {

  /**
   * What is the same on every port.
   *
   * @param terms for a kind of port
   * @param idle how long a device may say nothing
   * @param session how long a connection may last
   */
  public record Rules(Function<Port.Kind, Terms> terms, Duration idle, Duration session) {}

  private final EventLoopGroup eventLoops;
  private final Function<Channel, HandOn> onward;
  private final Surroundings surroundings;
  private final ServerTls tls;
  private final Rules rules;
  private final ChannelGroup listeners = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
  private final ChannelGroup connections = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);

  /**
   * Listens nowhere yet.
   *
   * @param onward makes a connection's way to the next hop, on the connection's event loop
   */
  public SmtpServer(
      EventLoopGroup eventLoops,
      Function<Channel, HandOn> onward,
      Surroundings surroundings,
      ServerTls tls,
      Rules rules) {
    this.eventLoops = eventLoops;
    this.onward = onward;
    this.surroundings = surroundings;
    this.tls = tls;
    this.rules = rules;
  }

  /**
   * Begins to listen.
   *
   * @return where; the port is the one chosen where {@link Port#number} is 0
   * @throws java.io.UncheckedIOException when the port is taken or may not be opened
   */
  public InetSocketAddress listen(String address, Port port) {
    var local =
        address.isEmpty()
            ? new InetSocketAddress(port.number())
            : new InetSocketAddress(address, port.number());
    Channel listener = bootstrap(port.kind()).bind(local).syncUninterruptibly().channel();
    listeners.add(listener);
    return (InetSocketAddress) listener.localAddress();
  }

  private ServerBootstrap bootstrap(Port.Kind kind) {
    return new ServerBootstrap()
        .group(eventLoops)
        .channel(NioServerSocketChannel.class)
        .option(ChannelOption.SO_BACKLOG, 1024)
        .option(ChannelOption.SO_REUSEADDR, true)
        .childOption(ChannelOption.AUTO_READ, false)
        .childOption(ChannelOption.TCP_NODELAY, true)
        .childOption(ChannelOption.SO_KEEPALIVE, true)
        .childHandler(
            new ChannelInitializer<SocketChannel>() {
              @Override
              protected void initChannel(SocketChannel channel) {
                connected(channel, kind);
              }
            });
  }

  private void connected(SocketChannel channel, Port.Kind kind) {
    connections.add(channel);
    IpAddress client = IpAddress.of(channel.remoteAddress().getAddress());
    HandOn handOn = onward.apply(channel);
    var session = new Session(rules.terms().apply(kind), surroundings, handOn, client);
    if (kind == Port.Kind.TLS) {
      channel.pipeline().addLast(tls.handler(kind, channel.alloc()));
    }
    channel
        .pipeline()
        .addLast(new IdleStateHandler(rules.idle().toSeconds(), 0, 0, TimeUnit.SECONDS));
    Supplier<SslHandler> startTls = () -> tls.handler(kind, channel.alloc());
    channel
        .pipeline()
        .addLast(new SmtpConnection(channel, session, handOn, startTls, kind == Port.Kind.TLS));
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
    for (Channel connection : connections) {
      SmtpConnection handler = connection.pipeline().get(SmtpConnection.class);
      if (handler != null) {
        connection.eventLoop().execute(handler::drain);
      }
    }
    return connections.newCloseFuture().await(atMost.toMillis());
  }
}
