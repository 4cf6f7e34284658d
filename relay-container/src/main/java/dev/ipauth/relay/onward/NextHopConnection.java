package dev.ipauth.relay.onward;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.NANOSECONDS;

import dev.ipauth.relay.onward.Failure.Kind;
import dev.ipauth.relay.onward.Failure.Stage;
import dev.ipauth.relay.onward.OnwardSettings.Timeouts;
import dev.ipauth.relay.smtp.Ascii;
import dev.ipauth.relay.smtp.Reply;
import dev.ipauth.relay.tls.ClientTls;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.ChannelOutputShutdownEvent;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.handler.ssl.SslHandler;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * One connection to the next hop: sends commands, and gives each its reply, in their order.
 * Whatever goes wrong ends it: every reply still awaited then fails with {@link NextHopLost}.
 *
 * <p>What the next hop said before it stopped reading, or closed, is heard even so: a write that
 * fails ends the connection only when everything that came has been read.
 *
 * <p>Lives on one event loop.
 */
final class NextHopConnection extends ChannelInboundHandlerAdapter {

  /** To read what a next hop said that reads no more; it is there already, or never comes. */
  private static final Duration LAST_WORDS = Duration.ofSeconds(1);

  private final Channel channel;
  private final Timeouts timeouts;
  private final Outflow outflow;
  private final ReplyReader replies = new ReplyReader();
  private final AwaitedReplies awaited;

  /** Awaited from the beginning: it may come before whoever connects hears of the connection. */
  private final CompletableFuture<Reply> greeting;

  private ByteBuf received = Unpooled.EMPTY_BUFFER;
  private Set<String> keywords = Set.of();
  private Pass pass = Pass.free();
  private @Nullable Loss lost;
  private boolean writesFail;

  /** Why nothing more comes. */
  private record Loss(Kind kind, String why) {}

  NextHopConnection(Channel channel, Timeouts timeouts, Backlog backlog) {
    this.channel = channel;
    this.timeouts = timeouts;
    this.outflow = new Outflow(channel, timeouts.text(), backlog, this::fail);
    this.awaited = new AwaitedReplies(channel.eventLoop(), this::tooLate);
    this.greeting = awaited.add(Stage.GREETING);
  }

  Channel channel() {
    return channel;
  }

  /** What the next hop's EHLO offered, upper case, without parameters. */
  Set<String> keywords() {
    return keywords;
  }

  void offers(Set<String> upperCaseKeywords) {
    keywords = Set.copyOf(upperCaseKeywords);
  }

  /**
   * From now on it carries a message, until the connection is given back or lost; one that is lost
   * already, between its opening and its use, gives the place back at once.
   */
  void carry(Pass messages) {
    pass = messages;
    messages.whenItMustGiveWay(() -> channel.eventLoop().execute(() -> giveWay(messages)));
    if (lost != null) {
      handOver().leave();
    }
  }

  /** What was said of the whole message stands. */
  private void giveWay(Pass messages) {
    if (pass == messages && !pass.isCounted()) {
      fail(Kind.PACED, "others wait for the connections that its account has most of");
    }
  }

  /** What it carries, which is somebody else's to end from now on. */
  Pass handOver() {
    Pass carried = pass;
    pass = Pass.free();
    return carried;
  }

  /** The whole of the message that it carries goes over. */
  void countMessage() {
    pass.count();
  }

  boolean isToThisMachine() {
    return channel.remoteAddress() instanceof InetSocketAddress remote
        && remote.getAddress().isLoopbackAddress();
  }

  /** Completes when the connection is encrypted, or fails with {@link NextHopLost}. */
  CompletionStage<Void> encrypt(ClientTls tls) {
    var encrypted = new CompletableFuture<Void>();
    SslHandler handler = tls.handler(channel.alloc(), isToThisMachine());
    handler
        .handshakeFuture()
        .addListener(
            handshake -> {
              if (handshake.isSuccess()) {
                encrypted.complete(null);
              } else {
                encrypted.completeExceptionally(TlsFault.of(handshake.cause()));
              }
            });
    channel.pipeline().addFirst(handler);
    return encrypted;
  }

  /** Whether nothing is awaited and nothing went wrong. */
  boolean isUsable() {
    return isAlive() && awaited.isEmpty() && isBetweenReplies() && channel.isActive();
  }

  /** Whether nothing went wrong, as far as is known. */
  boolean isAlive() {
    return lost == null && !writesFail;
  }

  /** Whether all that came has been taken, to the last octet. */
  boolean isBetweenReplies() {
    return !received.isReadable() && !replies.isAmidReply();
  }

  /** Whether it is still there after so long: a next hop that says farewell closes behind it. */
  CompletionStage<Boolean> staysFor(Duration time) {
    var stays = new CompletableFuture<Boolean>();
    var end =
        channel.eventLoop().schedule(() -> stays.complete(isAlive()), time.toNanos(), NANOSECONDS);
    channel
        .closeFuture()
        .addListener(
            _ -> {
              end.cancel(false);
              stays.complete(false);
            });
    return stays;
  }

  // --- Commands and replies ----------------------------------------------------------------------

  /**
   * Sends a line, without flushing.
   *
   * @param stage what it is a part of, for the failure that its reply may become
   * @param line without CRLF
   * @throws IllegalArgumentException when it holds a control character: one line is one command
   */
  CompletableFuture<Reply> send(Stage stage, String line) {
    if (!Ascii.isPrintable(line) && line.chars().anyMatch(Character::isISOControl)) {
      throw new IllegalArgumentException("A command holds a control character");
    }
    write(Unpooled.wrappedBuffer((line + "\r\n").getBytes(UTF_8)));
    var reply = awaitAnyTime(stage);
    awaited.boundLast(stage, timeouts.command());
    return reply;
  }

  /** Sends a line, and all that was sent before it, at once. */
  CompletableFuture<Reply> say(Stage stage, String line) {
    var reply = send(stage, line);
    flush();
    return reply;
  }

  /** What the next hop says first. */
  CompletableFuture<Reply> greeting() {
    awaited.boundLast(Stage.GREETING, timeouts.command());
    return greeting;
  }

  /** Awaits a reply that may come any time from now; {@link #boundFinal} later says how long. */
  CompletableFuture<Reply> awaitAnyTime(Stage stage) {
    Loss loss = lost;
    return loss == null
        ? awaited.add(stage)
        : CompletableFuture.failedFuture(new NextHopLost(stage, loss.kind(), loss.why()));
  }

  /** Gives the reply to the final dot its deadline. */
  void boundFinal() {
    awaited.boundLast(Stage.FINAL_DOT, timeouts.finalDot());
  }

  private void tooLate(Duration limit) {
    fail(Kind.TIMED_OUT, "the next hop said nothing for " + limit.toMillis() / 1000.0 + " s");
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    if (lost != null) {
      ((ByteBuf) message).release();
      return;
    }
    received =
        ByteToMessageDecoder.MERGE_CUMULATOR.cumulate(ctx.alloc(), received, (ByteBuf) message);
    try {
      for (Reply reply = replies.take(received); reply != null; reply = next()) {
        deliver(reply);
      }
    } catch (ReplyReader.Nonsense e) {
      fail(Kind.NONSENSE, String.valueOf(e.getMessage()));
    }
    if (!received.isReadable()) {
      forgetReceived();
    }
  }

  private @Nullable Reply next() throws ReplyReader.Nonsense {
    return lost == null ? replies.take(received) : null;
  }

  private void deliver(Reply reply) {
    CompletableFuture<Reply> waiting = awaited.poll();
    if (waiting == null) {
      fail(Kind.NONSENSE, "the next hop said unasked " + reply);
      return;
    }
    // RFC 5321 section 3.8: with 421 the server closes, so nothing said after it will be answered.
    if (reply.code() == 421) {
      fail(Kind.CLOSED, "the next hop said " + reply);
    }
    waiting.complete(reply);
  }

  // --- Text --------------------------------------------------------------------------------------

  /** Takes over the buffer; drops it when the connection is lost. */
  void write(ByteBuf octets) {
    if (isAlive()) {
      outflow.write(octets);
    } else {
      octets.release();
    }
  }

  void flush() {
    outflow.flush();
  }

  /** Whether more can be written without filling memory; true when the connection is lost. */
  boolean isWritable() {
    return !isAlive() || outflow.isWritable();
  }

  /**
   * Runs this once when {@link #isWritable} is true again. A next hop that takes nothing for too
   * long is given up.
   */
  void whenWritable(Runnable resume) {
    outflow.whenWritable(resume);
  }

  /** Runs what waits in {@link #whenWritable}, for whatever reason it need wait no longer. */
  void resumeWriting() {
    outflow.resume();
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext ctx) {
    outflow.resumeIfWritable();
  }

  // --- The end -----------------------------------------------------------------------------------

  /** Takes leave of the next hop, between two messages (RFC 5321 section 4.1.1.10). */
  void quit() {
    say(Stage.MAIL, "QUIT").whenComplete((_, _) -> close());
    channel.eventLoop().schedule(this::close, LAST_WORDS.toNanos(), NANOSECONDS);
  }

  /** Drops the connection, whatever is under way. */
  void close() {
    fail(Kind.ABANDONED, "closed by the relay");
  }

  /** Ends the connection. Nothing follows on it, and whoever waits for it hears of it. */
  private void fail(Kind kind, String why) {
    if (lost != null) {
      return;
    }
    lost = new Loss(kind, why);
    channel.close();
    forgetReceived();
    handOver().leave();
    awaited.fail(kind, why);
    outflow.resume();
  }

  private void forgetReceived() {
    received.release();
    received = Unpooled.EMPTY_BUFFER;
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (event == ChannelInputShutdownEvent.INSTANCE) {
      closedByNextHop();
    } else if (event == ChannelOutputShutdownEvent.INSTANCE) {
      readOnlyLastWords();
    }
  }

  /** It reads no more. What it said before, why it doesn't, may not have been read yet. */
  private void readOnlyLastWords() {
    writesFail = true;
    channel.eventLoop().schedule(this::closedByNextHop, LAST_WORDS.toNanos(), NANOSECONDS);
    outflow.resume();
  }

  private void closedByNextHop() {
    fail(Kind.CLOSED, "the next hop closed the connection");
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    closedByNextHop();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    if (cause instanceof IOException) {
      closedByNextHop();
    } else {
      fail(Kind.NONSENSE, String.valueOf(cause));
    }
  }
}
