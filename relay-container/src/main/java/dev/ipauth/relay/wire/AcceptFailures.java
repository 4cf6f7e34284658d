package dev.ipauth.relay.wire;

import dev.ipauth.relay.fault.OnceAMinute;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.lang.System.Logger.Level;

/**
 * Says, once a minute at most, that connections can't be taken. Netty takes none for a second then,
 * before it tries again.
 */
final class AcceptFailures extends ChannelInboundHandlerAdapter {
  private static final System.Logger LOG = System.getLogger("relay");
  private static final OnceAMinute LINE = new OnceAMinute();

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    if (LINE.isDue()) {
      LOG.log(
          Level.ERROR,
          "Connections can''t be taken: {0}. If it says too many open files, raise the limit"
              + " (ulimit -n, LimitNOFILE, nofile) or lower MAX_CONNECTIONS",
          cause.getMessage());
    }
  }
}
