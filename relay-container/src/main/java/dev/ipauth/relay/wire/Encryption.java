package dev.ipauth.relay.wire;

import dev.ipauth.relay.tls.HandshakeFault;
import dev.ipauth.relay.tls.ServerTls;
import dev.ipauth.relay.tls.TlsHandshake;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.socket.SocketChannel;
import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** How one connection is encrypted, if it is: from the start, or once STARTTLS is said. */
final class Encryption {
  /** Who comes and goes without a word sooner has only looked whether the port is open. */
  private static final Duration A_LOOK = Duration.ofSeconds(5);

  private final SocketChannel channel;
  private final ServerTls tls;
  private final Port port;
  private final WaitingBudget.OfAddress waiting;
  private final Consumer<String> began;
  private final long created = System.nanoTime();
  private @Nullable TlsHandshake handshake;
  private boolean succeeded;

  /**
   * In the clear yet.
   *
   * @param waiting what isn't a whole record counts here
   * @param began hears the version
   */
  Encryption(
      SocketChannel channel,
      ServerTls tls,
      Port port,
      WaitingBudget.OfAddress waiting,
      Consumer<String> began) {
    this.channel = channel;
    this.tls = tls;
    this.port = port;
    this.waiting = waiting;
    this.began = began;
  }

  /** Whether the greeting waits for it. */
  boolean isFirst() {
    return port.kind() == Port.Kind.TLS;
  }

  /** TLS from the first octet; to be called before any other handler is added. */
  void beginAtOnce() {
    begin().beginAtOnce(channel.pipeline(), new WholeRecords(waiting));
  }

  /** After STARTTLS. */
  void beginBelow() {
    begin().beginBelow(channel.pipeline(), new WholeRecords(waiting));
  }

  private TlsHandshake begin() {
    TlsHandshake next =
        tls.handshake(port.kind().versions(), channel.alloc(), waiting.share()::fits);
    handshake = next;
    return next;
  }

  /**
   * The handshake has succeeded.
   *
   * @return the version, such as {@code TLSv1.3}
   */
  @Nullable String succeeded() {
    ChannelPipeline pipeline = channel.pipeline();
    if (handshake == null || !channel.isActive()) {
      return null;
    }
    succeeded = true;
    String version = handshake.succeeded(pipeline);
    began.accept(version);
    return version;
  }

  /** Whether the handshake isn't over yet. */
  boolean isUnderWay() {
    return handshake != null && !succeeded;
  }

  /** Why the handshake failed; null when nobody was there to have one. */
  @Nullable HandshakeFault failed(Throwable failure) {
    if (handshake == null) {
      return null;
    }
    HandshakeFault fault = handshake.failed(failure);
    boolean looked = System.nanoTime() - created < A_LOOK.toNanos();
    return looked && isFirst() && fault instanceof HandshakeFault.Silent ? null : fault;
  }

  /** The port that the device came to. */
  Port port() {
    return port;
  }
}
