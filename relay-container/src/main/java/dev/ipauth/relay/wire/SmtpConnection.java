package dev.ipauth.relay.wire;

import static java.util.concurrent.TimeUnit.NANOSECONDS;

import dev.ipauth.relay.message.MessageText;
import dev.ipauth.relay.onward.Delivery;
import dev.ipauth.relay.smtp.Command;
import dev.ipauth.relay.smtp.Event.Reason;
import dev.ipauth.relay.smtp.Replies;
import dev.ipauth.relay.smtp.Reply;
import dev.ipauth.relay.smtp.Session;
import dev.ipauth.relay.smtp.Step;
import dev.ipauth.relay.tls.HandshakeFault;
import dev.ipauth.relay.transport.Fatal;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.handler.timeout.IdleStateEvent;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/**
 * One device's connection: reads what the session expects, tells it, and performs the step that
 * follows. Reads on demand, one piece ahead at most, so a slow next hop slows the device and fills
 * no memory.
 *
 * <p>Everything happens on the channel's event loop, and {@link #advance} is the only loop: it
 * takes received octets as far as the session goes, then flushes what was said, then reads on.
 */
final class SmtpConnection extends ChannelInboundHandlerAdapter {
  private static final System.Logger LOG = System.getLogger("relay");

  /** Long enough to notice who speaks before the greeting, too short for anybody to notice. */
  private static final Duration BEFORE_GREETING = Duration.ofMillis(2);

  private final SocketChannel channel;
  private final Session session;
  private final Delivery delivery;
  private final SmtpServer.Shared shared;
  private final Encryption encryption;
  private final SmtpDecoder decoder;
  private final CompletableFuture<Void> over = new CompletableFuture<>();
  private final Deadlines deadlines;
  private final ReplyWriter replies;
  private boolean draining;

  /** Between MAIL and the answer to the message's end, or RSET; read on any thread. */
  volatile boolean isAmidMessage;

  /** Whether nothing more will come: the device has closed, or shut down its sending side. */
  private boolean inputEnded;

  SmtpConnection(
      SocketChannel channel,
      Session session,
      Delivery delivery,
      Encryption encryption,
      WaitingBudget.OfAddress waiting,
      SmtpServer.Shared shared) {
    this.channel = channel;
    this.session = session;
    this.delivery = delivery;
    this.encryption = encryption;
    this.shared = shared;
    this.decoder = new SmtpDecoder(session, delivery, waiting);
    this.replies = new ReplyWriter(channel, waiting);
    this.deadlines =
        new Deadlines(channel.eventLoop(), shared.timeouts(), shared.taken(), this::tookTooLong);
  }

  // --- Reading -----------------------------------------------------------------------------------

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    decoder.add(ctx.alloc(), (ByteBuf) message);
    advance();
  }

  private void advance() {
    if (over.isDone()) {
      return;
    }
    Step step = decoder.take();
    while (step != null) {
      perform(step);
      step = replies.isHeard() ? decoder.take() : null;
    }
    replies.flush();
    delivery.flush();
    if (inputEnded) {
      endIfWorkedOff();
    } else if (!decoder.settle() || !replies.settle()) {
      noRoom();
    } else if (decoder.wantsMore(channel.isWritable(), this::advance)) {
      channel.read();
    }
  }

  /** More waits than may, and this device has just sent some of it: it is heard no more. */
  private void noRoom() {
    decoder.deafen();
    if (!(decoder.expected() instanceof Reading.Nothing)) {
      end(Reason.INPUT_FULL);
    }
  }

  /** Later, because this comes in the middle of a flush. */
  @Override
  public void channelWritabilityChanged(ChannelHandlerContext ctx) {
    if (channel.isWritable()) {
      channel.eventLoop().execute(this::advance);
    }
  }

  // --- Performing --------------------------------------------------------------------------------

  private void perform(Step step) {
    switch (step) {
      case Step.Say(Reply reply) -> say(reply, new Reading.CommandLine());
      case Step.AskAuth(Reply reply) -> askAuth(reply);
      case Step.ReadText(Reply reply, MessageText text) -> say(reply, new Reading.Text(text));
      case Step.ReadChunk chunk -> decoder.expect(new Reading.Chunk(chunk, chunk.size()));
      case Step.DropChunk(long size, Reply reply) ->
          decoder.expect(new Reading.Dropped(size, reply));
      case Step.StartTls(Reply reply) -> beginTls(reply);
      case Step.HangUp(Reply reply) -> hangUp(reply);
      case Step.Wait<?> wait -> await(wait);
    }
    endIfDrained();
  }

  private void say(Reply reply, Reading next) {
    answer(reply, next);
    deadlines.authEnded();
    isAmidMessage = session.isInTransaction();
    if (isAmidMessage) {
      deadlines.mailGranted();
    }
  }

  private void askAuth(Reply reply) {
    answer(reply, new Reading.AuthLine());
    deadlines.awaitAuthAnswer();
  }

  private void answer(Reply reply, Reading next) {
    replies.write(reply);
    decoder.expect(next);
  }

  private void tookTooLong(Reason reason) {
    if (isUnderWay()) {
      // The answer may be the one to a final dot: cut off now, the device would send it all again.
      deadlines.soonAgain(reason);
    } else {
      end(reason);
    }
  }

  /** Leaves its place to another account's device, unless it waits for an answer: asked again. */
  void giveWay() {
    if (!isUnderWay()) {
      end(Reason.RATE);
    }
  }

  private void end(Reason reason) {
    if (!(decoder.expected() instanceof Reading.Over)) {
      perform(session.timedOut(reason));
    }
  }

  private <T> void await(Step.Wait<T> wait) {
    decoder.expect(new Reading.Nothing());
    CompletableFuture<T> answer = wait.answer().toCompletableFuture();
    if (answer.isDone()) {
      perform(wait.then().apply(answer.join()));
    } else {
      answer
          .thenAcceptAsync(value -> resume(wait, value), this::onEventLoop)
          .exceptionally(
              fault -> {
                giveUp(fault);
                return null;
              });
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
    if (decoder.expected() instanceof Reading.Nothing && !over.isDone()) {
      perform(wait.then().apply(value));
      advance();
    }
  }

  /**
   * RFC 3207 section 4.2: what came behind STARTTLS came in the clear, and from whom nobody knows.
   */
  private void beginTls(Reply reply) {
    if (!decoder.isEmpty()) {
      perform(session.on(new Command.Unreadable(Replies.BEHIND_STARTTLS)));
      return;
    }
    decoder.expect(new Reading.TlsBeginning());
    replies.writeAndFlush(reply).addListener(_ -> readyForTls());
  }

  /** What came before TLS stood there came in the clear too. */
  private void readyForTls() {
    if (decoder.isEmpty()) {
      encryption.beginBelow();
      channel.read();
    } else {
      channel.close();
    }
  }

  private void hangUp(Reply reply) {
    boolean asked = reply.equals(Replies.BYE) && decoder.isEmpty();
    decoder.expect(new Reading.Over());
    Farewell.say(channel, reply, asked);
  }

  // --- What happens around it --------------------------------------------------------------------

  /**
   * Begins, whether the channel is just being registered or, behind a proxy, long active. Greets
   * only after having looked whether the device speaks first, as no SMTP client does.
   */
  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    deadlines.begin();
    channel.closeFuture().addListener(_ -> deadlines.cancel());
    if (!channel.isActive()) {
      channel.eventLoop().execute(this::inputEnded);
    }
    channel.read();
    if (!encryption.isFirst()) {
      greetSoon();
    }
  }

  private void greetSoon() {
    channel.eventLoop().schedule(this::greet, BEFORE_GREETING.toNanos(), NANOSECONDS);
  }

  private void greet() {
    if (decoder.expected() instanceof Reading.BeforeGreeting) {
      if (draining) {
        perform(session.end(Replies.SHUTTING_DOWN));
      } else {
        say(session.greeting(), new Reading.CommandLine());
      }
      advance();
    }
  }

  /** Ends when nothing is lost by it. */
  void drain() {
    draining = true;
    endIfDrained();
  }

  private void endIfDrained() {
    boolean between =
        decoder.expected() instanceof Reading.CommandLine && !session.isInTransaction();
    if (draining && between) {
      perform(session.end(Replies.SHUTTING_DOWN));
    }
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    switch (event) {
      case SslHandshakeCompletionEvent handshake when handshake.isSuccess() -> tlsBegan();
      case SslHandshakeCompletionEvent handshake -> tlsFailed(handshake.cause());
      case WholeRecords.NoRoom _ -> noRoom();
      case SslCloseCompletionEvent _, ChannelInputShutdownEvent _ -> inputEnded();
      case IdleStateEvent _ when awaitsDevice() -> end(Reason.IDLE);
      default -> {}
    }
  }

  /** Whether it is the device that is slow, and not the next hop. */
  private boolean awaitsDevice() {
    return !isUnderWay() && delivery.isWritable();
  }

  /** Whether the next step isn't the device's. */
  private boolean isUnderWay() {
    return decoder.expected() instanceof Reading.Nothing
        || decoder.expected() instanceof Reading.TlsBeginning;
  }

  private void tlsBegan() {
    String version = encryption.succeeded();
    if (version == null) {
      channel.close();
      return;
    }
    session.onTls(version);
    if (decoder.expected() instanceof Reading.BeforeGreeting) {
      greetSoon();
    } else {
      decoder.expect(new Reading.CommandLine());
      endIfDrained();
      advance();
    }
  }

  private void tlsFailed(Throwable cause) {
    HandshakeFault fault = encryption.failed(cause);
    if (fault != null && !(decoder.expected() instanceof Reading.Over)) {
      session.tlsFailed(shared.advice().about(fault, encryption.port()));
    }
    channel.close();
  }

  // --- How it ends -------------------------------------------------------------------------------

  /** Done when the last word is said and what became of the last message is known and written. */
  CompletableFuture<Void> over() {
    return over;
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    inputEnded();
  }

  /** What came is worked off all the same: a message whose end is there is handed on. */
  private void inputEnded() {
    inputEnded = true;
    if (encryption.isUnderWay() && channel.isActive()) {
      channel.close();
    } else {
      advance();
    }
  }

  private void endIfWorkedOff() {
    boolean greetingComes =
        decoder.expected() instanceof Reading.BeforeGreeting && !encryption.isFirst();
    boolean canHear = channel.isActive() && !channel.isOutputShutdown();
    boolean hears = canHear && (greetingComes || !channel.isWritable());
    if (!hears && !(decoder.expected() instanceof Reading.Nothing)) {
      conclude();
    }
  }

  private void conclude() {
    if (over.isDone()) {
      return;
    }
    decoder.expect(new Reading.Over());
    decoder.deafen();
    deadlines.cancel();
    over.complete(null);
    session.closed();
    channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    if (Fatal.isDirectMemory(cause)) {
      shared.shortage().met(cause);
      noRoom();
    } else if (cause instanceof IOException || cause instanceof DecoderException) {
      // The network's faults, and TLS that isn't, are everyday.
      ctx.close();
    } else {
      giveUp(cause);
    }
  }

  /** A fault of ours: nothing more is done for this connection. */
  private void giveUp(Throwable fault) {
    LOG.log(Level.ERROR, "A connection is given up", fault);
    conclude();
    channel.close();
    Fatal.endIf(fault);
  }
}
