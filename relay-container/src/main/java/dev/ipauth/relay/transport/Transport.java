package dev.ipauth.relay.transport;

import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.ServerSocketChannel;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioChannelOption;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.util.concurrent.EventExecutor;
import java.util.function.BooleanSupplier;
import jdk.net.ExtendedSocketOptions;

/**
 * Event loops, and the kinds of socket that live on them.
 *
 * @param server listens
 * @param client is connected, by a device or to the next hop
 */
public record Transport(
    EventLoopGroup eventLoops,
    Class<? extends ServerSocketChannel> server,
    Class<? extends SocketChannel> client) {

  /**
   * The cheapest that this machine has, with an event loop for each processor: nothing on them
   * blocks, and with more of them a kept connection to the next hop would seldom be on the loop
   * that wants one.
   */
  public static Transport ofThisMachine() {
    return ofThisMachine(Runtime.getRuntime().availableProcessors());
  }

  /** The cheapest that this machine has, with so many event loops. */
  public static Transport ofThisMachine(int loops) {
    return Epoll.isAvailable() ? epoll(loops) : nio(loops);
  }

  /** Linux's own: fewer system calls, and no copy between heap and kernel. */
  static Transport epoll(int loops) {
    return new Transport(
        new MultiThreadIoEventLoopGroup(loops, EpollIoHandler.newFactory()),
        EpollServerSocketChannel.class,
        EpollSocketChannel.class);
  }

  /** The JDK's, which is everywhere. */
  public static Transport nio(int loops) {
    return new Transport(
        new MultiThreadIoEventLoopGroup(loops, NioIoHandler.newFactory()),
        NioServerSocketChannel.class,
        NioSocketChannel.class);
  }

  /** An event loop that ends while it is needed takes the process with it. */
  public void watch(BooleanSupplier closing) {
    for (EventExecutor loop : eventLoops) {
      loop.terminationFuture()
          .addListener(
              _ -> {
                if (!closing.getAsBoolean()) {
                  Fatal.end("an event loop has ended");
                }
              });
    }
  }

  /** For connections with {@code SO_KEEPALIVE}: seconds of silence before the other is asked. */
  public ChannelOption<Integer> keepIdle() {
    return client == EpollSocketChannel.class
        ? EpollChannelOption.TCP_KEEPIDLE
        : NioChannelOption.of(ExtendedSocketOptions.TCP_KEEPIDLE);
  }
}
