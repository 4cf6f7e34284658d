package dev.ipauth.relay.onward;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.NANOSECONDS;

import dev.ipauth.relay.onward.NextHopEvents.Stage;
import dev.ipauth.relay.onward.OnwardSettings.Timeouts;
import dev.ipauth.relay.smtp.Ascii;
import dev.ipauth.relay.smtp.Reply;
import dev.ipauth.relay.tls.ClientTls;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.concurrent.ScheduledFuture;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * One connection to the next hop: sends commands, and gives each its reply, in their order.
 * Whatever goes wrong ends it: every reply still awaited then fails with {@link NextHopLost}.
 *
 * <p>Lives on one event loop.
 */
final class NextHopConnection extends ChannelInboundHandlerAdapter {
  private final Channel channel;
  private final Timeouts timeouts;
  private final ReplyReader replies = new ReplyReader();
  private final Deque<Awaited> awaited = new ArrayDeque<>();

  /** Awaited from the beginning: it may come before whoever connects hears of the connection. */
  private final CompletableFuture<Reply> greeting = awaitAnyTime();

  private ByteBuf received = Unpooled.EMPTY_BUFFER;
  private Set<String> keywords = Set.of();
  private @Nullable NextHopLost lost;
  private @Nullable Runnable whenWritable;
  private @Nullable ScheduledFuture<?> stalled;

  /** Rings when the first reply may be late. It isn't moved for each: replies are seldom late. */
  private @Nullable ScheduledFuture<?> alarm;

  private long alarmAt;

  /** A reply that hasn't come, and what happens when it never does. */
  private static final class Awaited {
    final CompletableFuture<Reply> reply = new CompletableFuture<>();
    @Nullable Deadline deadline;
  }

  /**
   * When a reply is late.
   *
   * @param at by {@link System#nanoTime}
   */
  private record Deadline(Stage stage, Duration limit, long at) {}

  NextHopConnection(Channel channel, Timeouts timeouts) {
    this.channel = channel;
    this.timeouts = timeouts;
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
                encrypted.completeExceptionally(
                    new NextHopLost(Stage.TLS, "TLS failed: " + handshake.cause()));
              }
            });
    channel.pipeline().addFirst(handler);
    return encrypted;
  }

  /** Whether nothing is awaited and nothing went wrong. */
  boolean isUsable() {
    return lost == null && awaited.isEmpty() && isBetweenReplies() && channel.isActive();
  }

  /** Whether all that came has been taken, to the last octet. */
  boolean isBetweenReplies() {
    return !received.isReadable() && !replies.isAmidReply();
  }

  // --- Commands and replies ----------------------------------------------------------------------

  /**
   * Sends a line, without flushing.
   *
   * @param line without CRLF
   * @throws IllegalArgumentException when it holds a control character: one line is one command
   */
  CompletableFuture<Reply> send(String line) {
    if (!Ascii.isPrintable(line) && line.chars().anyMatch(Character::isISOControl)) {
      throw new IllegalArgumentException("A command holds a control character");
    }
    write(Unpooled.wrappedBuffer((line + "\r\n").getBytes(UTF_8)));
    var reply = awaitAnyTime();
    bound(Stage.COMMAND, timeouts.command());
    return reply;
  }

  /** Sends a line, and all that was sent before it, at once. */
  CompletableFuture<Reply> say(String line) {
    var reply = send(line);
    flush();
    return reply;
  }

  /** What the next hop says first. */
  CompletableFuture<Reply> greeting() {
    bound(Stage.GREETING, timeouts.command());
    return greeting;
  }

  /** Awaits a reply that may come any time from now; {@link #boundFinal} later says how long. */
  CompletableFuture<Reply> awaitAnyTime() {
    var awaiting = new Awaited();
    if (lost != null) {
      awaiting.reply.completeExceptionally(lost);
    } else {
      awaited.add(awaiting);
    }
    return awaiting.reply;
  }

  /** Gives the reply to the final dot its deadline. */
  void boundFinal() {
    bound(Stage.FINAL_DOT, timeouts.finalDot());
  }

  private void bound(Stage stage, Duration limit) {
    Awaited last = awaited.peekLast();
    if (last != null) {
      long at = System.nanoTime() + limit.toNanos();
      last.deadline = new Deadline(stage, limit, at);
      ringNoLaterThan(at);
    }
  }

  private void ringNoLaterThan(long at) {
    if (alarm != null && alarmAt - at <= 0) {
      return;
    }
    silence();
    alarmAt = at;
    alarm = channel.eventLoop().schedule(this::ring, at - System.nanoTime(), NANOSECONDS);
  }

  private void ring() {
    alarm = null;
    for (Awaited waiting : awaited) {
      Deadline deadline = waiting.deadline;
      if (deadline != null && deadline.at() - System.nanoTime() <= 0) {
        fail(tooLate(deadline.stage(), deadline.limit()));
        return;
      }
      if (deadline != null) {
        ringNoLaterThan(deadline.at());
      }
    }
  }

  private void silence() {
    if (alarm != null) {
      alarm.cancel(false);
      alarm = null;
    }
  }

  private static NextHopLost tooLate(Stage stage, Duration limit) {
    return new NextHopLost(stage, "nothing happened in " + limit);
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
      fail(new NextHopLost(Stage.COMMAND, String.valueOf(e.getMessage())));
    }
    if (!received.isReadable()) {
      forgetReceived();
    }
  }

  private @Nullable Reply next() throws ReplyReader.Nonsense {
    return lost == null ? replies.take(received) : null;
  }

  private void deliver(Reply reply) {
    Awaited waiting = awaited.poll();
    if (waiting == null) {
      fail(new NextHopLost(Stage.COMMAND, "the next hop said unasked " + reply));
      return;
    }
    // RFC 5321 section 3.8: with 421 the server closes, so nothing said after it will be answered.
    if (reply.code() == 421) {
      fail(new NextHopLost(Stage.COMMAND, "the next hop said " + reply));
    }
    waiting.reply.complete(reply);
  }

  // --- Text --------------------------------------------------------------------------------------

  /** Takes over the buffer; drops it when the connection is lost. */
  void write(ByteBuf octets) {
    if (lost == null) {
      channel.write(octets);
    } else {
      octets.release();
    }
  }

  void flush() {
    channel.flush();
  }

  /** Whether more can be written without filling memory; true when the connection is lost. */
  boolean isWritable() {
    return lost != null || channel.isWritable();
  }

  /**
   * Runs this once when {@link #isWritable} is true again. A next hop that takes nothing for too
   * long is given up.
   */
  void whenWritable(Runnable resume) {
    whenWritable = resume;
    if (stalled == null) {
      Runnable giveUp = () -> fail(tooLate(Stage.TEXT, timeouts.text()));
      stalled = channel.eventLoop().schedule(giveUp, timeouts.text().toNanos(), NANOSECONDS);
    }
  }

  /** Runs what waits in {@link #whenWritable}, for whatever reason it need wait no longer. */
  void resumeWriting() {
    if (stalled != null) {
      stalled.cancel(false);
      stalled = null;
    }
    Runnable resume = whenWritable;
    whenWritable = null;
    if (resume != null) {
      resume.run();
    }
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext ctx) {
    if (channel.isWritable()) {
      resumeWriting();
    }
  }

  // --- The end -----------------------------------------------------------------------------------

  /** Takes leave of the next hop, between two messages (RFC 5321 section 4.1.1.10). */
  void quit() {
    say("QUIT").whenComplete((_, _) -> close());
  }

  /** Drops the connection, whatever is under way. */
  void close() {
    fail(new NextHopLost(Stage.COMMAND, "closed by the relay"));
  }

  /** Ends the connection. Nothing follows on it, and whoever waits for it hears of it. */
  private void fail(NextHopLost why) {
    if (lost != null) {
      return;
    }
    lost = why;
    silence();
    channel.close();
    forgetReceived();
    for (Awaited waiting = awaited.poll(); waiting != null; waiting = awaited.poll()) {
      waiting.reply.completeExceptionally(why);
    }
    resumeWriting();
  }

  private void forgetReceived() {
    received.release();
    received = Unpooled.EMPTY_BUFFER;
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    fail(new NextHopLost(Stage.COMMAND, "the next hop closed the connection"));
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    fail(new NextHopLost(Stage.COMMAND, String.valueOf(cause)));
  }
}
