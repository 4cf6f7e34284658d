package dev.ipauth.relay.wire;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.NANOSECONDS;

import dev.ipauth.relay.onward.HandOn;
import dev.ipauth.relay.smtp.Command;
import dev.ipauth.relay.smtp.MessageText;
import dev.ipauth.relay.smtp.Replies;
import dev.ipauth.relay.smtp.Reply;
import dev.ipauth.relay.smtp.Session;
import dev.ipauth.relay.smtp.Step;
import dev.ipauth.relay.smtp.TextOut;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.handler.timeout.IdleStateEvent;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One device's connection: reads what the session expects, tells it, and performs the step that
 * follows. Reads on demand only, so a slow next hop slows the device and fills no memory.
 *
 * <p>Everything happens on the channel's event loop, and {@link #advance} is the only loop: it
 * takes received octets as far as the session goes, then flushes what was said, then reads on.
 */
final class SmtpConnection extends ChannelInboundHandlerAdapter implements TextOut {
  private static final int LONGEST_LINE = 4096;
  private static final byte TLS_HANDSHAKE_RECORD = 0x16;
  private static final Command TLS_IN_CLEAR = new Command.Foreign("TLS");

  private final SocketChannel channel;
  private final Session session;
  private final HandOn handOn;
  private final SmtpServer.Patience patience;
  private final Tls tls;
  private final Received received = new Received();
  private Reading reading = new Reading.BeforeGreeting();
  private boolean draining;
  private @Nullable Future<?> authDeadline;

  /**
   * How this connection is encrypted.
   *
   * @param first whether it begins so, and the greeting waits for it
   * @param handler makes the handler for STARTTLS
   * @param began hears the version
   */
  record Tls(boolean first, Supplier<SslHandler> handler, Consumer<String> began) {}

  SmtpConnection(
      SocketChannel channel,
      Session session,
      HandOn handOn,
      SmtpServer.Patience patience,
      Tls tls) {
    this.channel = channel;
    this.session = session;
    this.handOn = handOn;
    this.patience = patience;
    this.tls = tls;
  }

  // --- Reading -----------------------------------------------------------------------------------

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    received.add(ctx.alloc(), (ByteBuf) message);
    advance();
  }

  private void advance() {
    boolean moved = true;
    while (moved) {
      moved = take();
    }
    channel.flush();
    handOn.flush();
    if (wantsMore()) {
      channel.read();
    }
  }

  /** Takes what the session expects, if it is there; false when nothing more can be done now. */
  private boolean take() {
    return switch (reading) {
      case Reading.BeforeGreeting() -> takeEarlyOctets();
      case Reading.CommandLine() -> takeCommand();
      case Reading.OverlongLine() -> takeRestOfLine();
      case Reading.AuthLine() -> takeAuthLine();
      case Reading.Text(MessageText text) -> takeText(text);
      case Reading.Chunk(Step.ReadChunk chunk, long left) -> takeChunk(chunk, left);
      case Reading.Dropped(long left, Reply reply) -> takeDropped(left, reply);
      case Reading.Nothing() -> false;
      case Reading.Over() -> {
        received.drop(Long.MAX_VALUE);
        yield false;
      }
    };
  }

  private boolean wantsMore() {
    return switch (reading) {
      case Reading.Nothing() -> false;
      case Reading.Text _, Reading.Chunk _ -> {
        boolean writable = handOn.isWritable();
        if (!writable) {
          handOn.whenWritable(this::advance);
        }
        yield writable;
      }
      case Reading.BeforeGreeting _, Reading.CommandLine _, Reading.OverlongLine _ -> true;
      case Reading.AuthLine _, Reading.Dropped _, Reading.Over _ -> true;
    };
  }

  private boolean takeEarlyOctets() {
    if (received.isEmpty()) {
      return false;
    }
    boolean clientHello = received.beginsWith(TLS_HANDSHAKE_RECORD);
    perform(
        session.on(clientHello ? TLS_IN_CLEAR : new Command.Unreadable(Replies.BEFORE_GREETING)));
    return true;
  }

  private boolean takeCommand() {
    if (received.beginsWith(TLS_HANDSHAKE_RECORD)) {
      perform(session.on(TLS_IN_CLEAR));
      return true;
    }
    byte[] line = received.line();
    if (line != null) {
      perform(
          session.on(line.length > LONGEST_LINE ? new Command.Overlong() : Command.parse(line)));
      return true;
    }
    return dropIfOverlong();
  }

  private boolean takeAuthLine() {
    byte[] line = received.line();
    if (line != null) {
      perform(session.onAuthLine(new String(line, UTF_8)));
      return true;
    }
    return dropIfOverlong();
  }

  private boolean dropIfOverlong() {
    if (received.size() <= LONGEST_LINE) {
      return false;
    }
    received.drop(Long.MAX_VALUE);
    reading = new Reading.OverlongLine();
    return false;
  }

  private boolean takeRestOfLine() {
    if (received.line() != null) {
      perform(session.on(new Command.Overlong()));
      return true;
    }
    received.drop(Long.MAX_VALUE);
    return false;
  }

  private boolean takeText(MessageText text) {
    var view = received.view(Long.MAX_VALUE);
    boolean ended = text.take(view, this);
    received.drop(view.position());
    if (ended) {
      perform(session.onTextEnd(text));
    }
    return ended;
  }

  private boolean takeChunk(Step.ReadChunk chunk, long left) {
    var view = received.view(left);
    chunk.text().take(view, this);
    long rest = left - received.drop(view.position());
    reading = new Reading.Chunk(chunk, rest);
    if (rest > 0) {
      return false;
    }
    if (chunk.last()) {
      chunk.text().end(this);
    }
    perform(session.onChunkEnd(chunk));
    return true;
  }

  private boolean takeDropped(long left, Reply reply) {
    long rest = left - received.drop(left);
    reading = new Reading.Dropped(rest, reply);
    if (rest > 0) {
      return false;
    }
    perform(new Step.Say(reply));
    return true;
  }

  /** A piece of the text being taken goes on as it is. */
  @Override
  public void slice(int from, int to) {
    handOn.text(received.slice(from, to));
  }

  @Override
  public void insert(byte[] octets) {
    handOn.text(Unpooled.wrappedBuffer(octets));
  }

  // --- Performing --------------------------------------------------------------------------------

  private void perform(Step step) {
    switch (step) {
      case Step.Say(Reply reply) -> say(reply, new Reading.CommandLine());
      case Step.AskAuth(Reply reply) -> askAuth(reply);
      case Step.ReadText(Reply reply, MessageText text) -> say(reply, new Reading.Text(text));
      case Step.ReadChunk chunk -> reading = new Reading.Chunk(chunk, chunk.size());
      case Step.DropChunk(long size, Reply reply) -> reading = new Reading.Dropped(size, reply);
      case Step.StartTls(Reply reply) -> beginTls(reply);
      case Step.HangUp(Reply reply) -> hangUp(reply);
      case Step.Wait<?> wait -> await(wait);
    }
    if (draining && reading instanceof Reading.CommandLine && !session.isInTransaction()) {
      perform(session.end(Replies.SHUTTING_DOWN));
    }
  }

  private void say(Reply reply, Reading next) {
    channel.write(Unpooled.wrappedBuffer(reply.bytes()));
    reading = next;
    if (authDeadline != null) {
      authDeadline.cancel(false);
      authDeadline = null;
    }
  }

  /** The answers to come have one deadline together. */
  private void askAuth(Reply reply) {
    Future<?> deadline = authDeadline;
    authDeadline = null;
    say(reply, new Reading.AuthLine());
    authDeadline = deadline == null ? endAfter(patience.auth(), Replies.IDLE) : deadline;
  }

  private Future<?> endAfter(Duration time, Reply reply) {
    return channel.eventLoop().schedule(() -> end(reply), time.toNanos(), NANOSECONDS);
  }

  private void end(Reply reply) {
    if (!(reading instanceof Reading.Over)) {
      perform(session.end(reply));
    }
  }

  private <T> void await(Step.Wait<T> wait) {
    reading = new Reading.Nothing();
    CompletableFuture<T> answer = wait.answer().toCompletableFuture();
    if (answer.isDone()) {
      perform(wait.then().apply(answer.join()));
    } else {
      answer.whenCompleteAsync((value, _) -> resume(wait, value), this::onEventLoop);
    }
  }

  private void onEventLoop(Runnable task) {
    if (channel.eventLoop().inEventLoop()) {
      task.run();
    } else {
      channel.eventLoop().execute(task);
    }
  }

  private <T> void resume(Step.Wait<T> wait, T value) {
    if (reading instanceof Reading.Nothing && channel.isActive()) {
      perform(wait.then().apply(value));
      advance();
    }
  }

  /**
   * RFC 3207 section 4.2: what came behind STARTTLS came in the clear, and from whom nobody knows.
   */
  private void beginTls(Reply reply) {
    if (!received.isEmpty()) {
      perform(session.on(new Command.Unreadable(Replies.BEHIND_STARTTLS)));
      return;
    }
    reading = new Reading.Nothing();
    SslHandler handler = tls.handler().get();
    channel
        .writeAndFlush(Unpooled.wrappedBuffer(reply.bytes()))
        .addListener(
            _ -> {
              channel.pipeline().addFirst(handler);
              channel.read();
            });
  }

  private void hangUp(Reply reply) {
    boolean asked = reply.equals(Replies.BYE) && received.isEmpty();
    reading = new Reading.Over();
    Farewell.say(channel, reply, asked);
  }

  // --- What happens around it --------------------------------------------------------------------

  /** Behind a proxy the channel is active before its address is known and this is added. */
  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    if (channel.isActive()) {
      begin();
    }
  }

  @Override
  public void channelActive(ChannelHandlerContext ctx) {
    begin();
  }

  /** Greets only after having looked whether the device speaks first, as no SMTP client does. */
  private void begin() {
    var deadline = endAfter(patience.session(), Replies.SESSION_TOO_LONG);
    channel.closeFuture().addListener(_ -> deadline.cancel(false));
    channel.read();
    if (!tls.first()) {
      // A scheduled task runs after the event loop has read what is there already.
      channel.eventLoop().schedule(this::greet, 0, NANOSECONDS);
    }
  }

  private void greet() {
    if (reading instanceof Reading.BeforeGreeting) {
      say(session.greeting(), new Reading.CommandLine());
      advance();
    }
  }

  /** Ends when nothing is lost by it. */
  void drain() {
    draining = true;
    if (reading instanceof Reading.CommandLine && !session.isInTransaction()) {
      perform(session.end(Replies.SHUTTING_DOWN));
    }
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (event instanceof SslHandshakeCompletionEvent handshake) {
      tlsBegan(handshake.isSuccess());
    } else if (event instanceof IdleStateEvent && awaitsDevice()) {
      perform(session.end(Replies.IDLE));
    }
  }

  /** Whether it is the device that is slow, and not the next hop. */
  private boolean awaitsDevice() {
    boolean ours = reading instanceof Reading.Nothing || reading instanceof Reading.Over;
    return !ours && handOn.isWritable();
  }

  private void tlsBegan(boolean success) {
    SslHandler secure = channel.pipeline().get(SslHandler.class);
    if (!success || secure == null) {
      channel.close();
      return;
    }
    String version = secure.engine().getSession().getProtocol();
    session.onTls(version);
    tls.began().accept(version);
    if (reading instanceof Reading.BeforeGreeting) {
      greet();
    } else {
      reading = new Reading.CommandLine();
      advance();
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    reading = new Reading.Over();
    received.release();
    session.closed();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    ctx.close();
  }
}
