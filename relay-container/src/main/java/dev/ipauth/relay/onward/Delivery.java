package dev.ipauth.relay.onward;

import dev.ipauth.relay.smtp.NextHop;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * The way of one device's messages onward, the text included, which goes past the session. Whoever
 * decorates one (to keep what can't be handed on now, say) sees all of a message: {@link #begin},
 * {@link #recipient}, {@link #data}, each piece of the text with its backpressure, {@link #finish}
 * or {@link #abandon}.
 *
 * <p>Lives on the event loop of the device's channel.
 */
public interface Delivery extends NextHop {

  /**
   * Why the last answer of {@link #recipient}, {@link #data} or {@link #finish} wasn't what was
   * asked for; null when it was. Ask before the next one comes.
   */
  @Nullable Failure failure();

  /**
   * Whether the next hop that took the last message offers DSN where it took it, and so makes the
   * reports that were asked for.
   */
  boolean reportsDeliveries();

  /** Nobody waits for the answer to the final dot any longer, though it is still listened for. */
  void unanswered();

  /** Passes on a piece of canonical, dot-stuffed text; takes over the buffer. */
  void text(ByteBuf octets);

  /** Sends what was passed on so far. */
  void flush();

  /** Whether more text can be passed on, or dropped, without filling memory. */
  boolean isWritable();

  /** Runs this once when {@link #isWritable} is true again, be it because the next hop is lost. */
  void whenWritable(Runnable resume);
}
