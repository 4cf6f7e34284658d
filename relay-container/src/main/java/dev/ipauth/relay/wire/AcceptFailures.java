package dev.ipauth.relay.wire;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.lang.System.Logger.Level;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Says, once a minute at most, that connections can't be taken. Netty takes none for a second then,
 * before it tries again.
 */
final class AcceptFailures extends ChannelInboundHandlerAdapter {
  private static final System.Logger LOG = System.getLogger("relay");
  private static final long PAUSE = TimeUnit.MINUTES.toNanos(1);
  private static final AtomicLong SAID = new AtomicLong(System.nanoTime() - PAUSE);

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    long now = System.nanoTime();
    long said = SAID.get();
    if (now - said >= PAUSE && SAID.compareAndSet(said, now)) {
      LOG.log(
          Level.ERROR,
          "Connections can''t be taken: {0}. If it says too many open files, raise the limit"
              + " (ulimit -n, LimitNOFILE, nofile) or lower MAX_CONNECTIONS",
          cause.getMessage());
    }
  }
}
