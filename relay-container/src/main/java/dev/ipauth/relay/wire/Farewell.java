package dev.ipauth.relay.wire;

import static java.util.concurrent.TimeUnit.SECONDS;

import dev.ipauth.relay.smtp.Reply;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.ssl.SslHandler;

/** The last reply of a connection, and its end. */
final class Farewell {
  private static final int TIMEOUT_SECONDS = 2;

  private Farewell() {}

  /**
   * Says the reply and closes, in two seconds even if the device doesn't read it.
   *
   * @param atOnce whether the device has nothing more to say, and so nothing can be lost
   */
  static void say(SocketChannel channel, Reply reply, boolean atOnce) {
    var said = channel.writeAndFlush(Unpooled.wrappedBuffer(reply.bytes()));
    if (atOnce && said.isDone()) {
      channel.close();
      return;
    }
    var close = channel.eventLoop().schedule(() -> channel.close(), TIMEOUT_SECONDS, SECONDS);
    channel.closeFuture().addListener(_ -> close.cancel(false));
    said.addListener(atOnce ? ChannelFutureListener.CLOSE : _ -> linger(channel));
  }

  /**
   * Closing with octets unread would reset the connection, and the reply could be lost: so only the
   * relay's half is closed, and what still comes is read and thrown away for a moment. From a
   * device that has closed its own half nothing comes.
   */
  private static void linger(SocketChannel channel) {
    if (channel.isInputShutdown()) {
      channel.close();
      return;
    }
    SslHandler secure = channel.pipeline().get(SslHandler.class);
    if (secure != null) {
      secure.closeOutbound();
    } else {
      channel.shutdownOutput();
    }
    channel.read();
  }
}
