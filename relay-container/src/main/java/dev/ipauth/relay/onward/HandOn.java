package dev.ipauth.relay.onward;

import dev.ipauth.relay.smtp.NextHop;
import io.netty.buffer.ByteBuf;

public interface HandOn extends NextHop {
  void text(ByteBuf slice);

  boolean isWritable();

  void whenWritable(Runnable resume);
}
