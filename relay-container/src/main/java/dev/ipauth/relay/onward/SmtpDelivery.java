package dev.ipauth.relay.onward;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.ipauth.relay.onward.NextHopEvents.Stage;
import dev.ipauth.relay.smtp.RcptTo;
import dev.ipauth.relay.smtp.Replies;
import dev.ipauth.relay.smtp.Reply;
import dev.ipauth.relay.smtp.Submission;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Delivery by SMTP. A message borrows a connection at its first recipient and gives it back after
 * the final reply.
 *
 * <p>Failures: as long as no text has gone over, a <em>kept</em> connection that turns out dead is
 * replaced once, and the envelope said again; the device notices nothing. Everything else is {@link
 * Replies#NEXT_HOP_FAILED}, and after the text has begun nothing is ever tried twice.
 */
final class SmtpDelivery implements Delivery {
  private static final byte[] FINAL_DOT = ".\r\n".getBytes(US_ASCII);

  private final ConnectionPool pool;
  private final Supplier<CompletionStage<NextHopConnection>> connector;
  private final Supplier<@Nullable Set<Extension>> extensions;
  private final NextHopEvents events;

  /** The message under way; an answer that finds another one here comes too late. */
  private @Nullable Envelope envelope;

  private @Nullable NextHopConnection connection;

  /** Whether the connection was kept from an earlier message, and so may be dead unnoticed. */
  private boolean reused;

  private boolean failed;

  /** The final reply to come; set once the next hop asked for the text. */
  private @Nullable CompletableFuture<Reply> outcome;

  /** What was asked last: the next thing is said after it, even if the caller doesn't wait. */
  private CompletionStage<?> lastAsked = CompletableFuture.completedStage(null);

  SmtpDelivery(
      ConnectionPool pool,
      Supplier<CompletionStage<NextHopConnection>> connector,
      Supplier<@Nullable Set<Extension>> extensions,
      NextHopEvents events) {
    this.pool = pool;
    this.connector = connector;
    this.extensions = extensions;
    this.events = events;
  }

  @Override
  public @Nullable Set<Extension> extensions() {
    return extensions.get();
  }

  @Override
  public CompletionStage<Reply> begin(Submission message) {
    abandon();
    envelope = new Envelope(message.from());
    return CompletableFuture.completedStage(Replies.SENDER_OK);
  }

  // --- The envelope ------------------------------------------------------------------------------

  @Override
  public CompletionStage<Reply> recipient(RcptTo to) {
    return ask((message, hop) -> message.offer(hop, to));
  }

  @Override
  public CompletionStage<Reply> data() {
    return ask((_, hop) -> hop.say("DATA").thenApply(reply -> textBegins(hop, reply)));
  }

  private Reply textBegins(NextHopConnection hop, Reply reply) {
    if (reply.code() == 354) {
      outcome = hop.awaitAnyTime();
      // A next hop that has said its last word may read no more: the device must not wait for it.
      outcome.whenComplete((_, _) -> hop.resumeWriting());
    } else if (reply.isPositive()) {
      throw new NextHopLost(Stage.COMMAND, "out of place: " + reply);
    }
    return reply;
  }

  /** What is said on a connection that is ready for it. */
  private interface Exchange {
    CompletionStage<Reply> with(Envelope message, NextHopConnection hop);
  }

  private CompletionStage<Reply> ask(Exchange exchange) {
    Envelope message = envelope;
    var answer = lastAsked.thenCompose(_ -> attempt(message, exchange));
    lastAsked = answer;
    return answer;
  }

  /** Runs an exchange, a second time on a new connection if the kept one proves dead. */
  private CompletionStage<Reply> attempt(@Nullable Envelope message, Exchange exchange) {
    if (message == null || message != envelope || failed || outcome != null) {
      return CompletableFuture.completedStage(Replies.NEXT_HOP_FAILED);
    }
    return borrow(message)
        .thenCompose(hop -> exchange.with(message, hop))
        .thenApply(this::unlessStale)
        .exceptionallyCompose(
            failure ->
                isReplaceable(message)
                    ? replace(message).thenCompose(hop -> exchange.with(message, hop))
                    : CompletableFuture.failedStage(failure))
        .exceptionally(failure -> giveUp(message, NextHopLost.of(failure)));
  }

  /** On a kept connection, 421 most often says that it was kept too long. */
  private Reply unlessStale(Reply reply) {
    if (reused && reply.code() == 421) {
      throw new NextHopLost(Stage.COMMAND, "kept too long: " + reply);
    }
    return reply;
  }

  private CompletionStage<NextHopConnection> borrow(Envelope message) {
    if (connection != null) {
      return CompletableFuture.completedStage(connection);
    }
    NextHopConnection hop = pool.take();
    if (hop == null) {
      return open(message);
    }
    events.reused();
    reused = true;
    connection = hop;
    return CompletableFuture.completedStage(hop);
  }

  private CompletionStage<NextHopConnection> open(Envelope message) {
    reused = false;
    return connector.get().thenApply(opened -> use(message, opened));
  }

  private NextHopConnection use(Envelope message, NextHopConnection opened) {
    if (envelope != message) {
      pool.keep(opened);
      throw new NextHopLost(Stage.CONNECT, "the message was abandoned");
    }
    connection = opened;
    return opened;
  }

  private boolean isReplaceable(Envelope message) {
    return envelope == message && reused && outcome == null;
  }

  /**
   * Takes a new connection to where the dead one was: same sender, same recipients, same answers.
   */
  private CompletionStage<NextHopConnection> replace(Envelope message) {
    drop();
    events.replaced();
    return open(message).thenCompose(message::sayAgain);
  }

  private Reply giveUp(Envelope message, NextHopLost lost) {
    if (envelope == message) {
      events.failed(lost.stage, lost.toString());
      failed = true;
      drop();
    }
    return Replies.NEXT_HOP_FAILED;
  }

  private void drop() {
    if (connection != null) {
      connection.close();
      connection = null;
    }
  }

  // --- The text ----------------------------------------------------------------------------------

  @Override
  public void text(ByteBuf octets) {
    if (connection != null && isTextWanted()) {
      connection.write(octets);
    } else {
      octets.release();
    }
  }

  /** Whether the next hop has asked for text and not yet said what it thinks of it. */
  boolean isTextWanted() {
    return outcome != null && !outcome.isDone();
  }

  @Override
  public void flush() {
    if (connection != null && isTextWanted()) {
      connection.flush();
    }
  }

  @Override
  public boolean isWritable() {
    return connection == null || !isTextWanted() || connection.isWritable();
  }

  @Override
  public void whenWritable(Runnable resume) {
    if (connection == null || isWritable()) {
      resume.run();
    } else {
      connection.whenWritable(resume);
    }
  }

  @Override
  public CompletionStage<Reply> finish() {
    NextHopConnection hop = connection;
    CompletableFuture<Reply> last = outcome;
    if (hop == null || last == null) {
      return CompletableFuture.completedStage(Replies.NEXT_HOP_FAILED);
    }
    if (last.isDone()) {
      return last.handle((reply, failure) -> endedEarly(hop, reply, failure));
    }
    hop.write(Unpooled.wrappedBuffer(FINAL_DOT));
    hop.boundFinal();
    hop.flush();
    return last.handle((reply, failure) -> ended(hop, reply, failure));
  }

  /** Before its end a text can only be refused, and the connection is of no further use. */
  private Reply endedEarly(
      NextHopConnection hop, @Nullable Reply reply, @Nullable Throwable failure) {
    forget();
    hop.close();
    if (reply != null && !reply.isPositive()) {
      return reply;
    }
    events.failed(Stage.TEXT, String.valueOf(reply == null ? failure : reply));
    return Replies.NEXT_HOP_FAILED;
  }

  private Reply ended(NextHopConnection hop, @Nullable Reply reply, @Nullable Throwable failure) {
    forget();
    if (reply != null && reply.code() / 100 != 3) {
      pool.keep(hop);
      return reply;
    }
    hop.close();
    events.failed(Stage.FINAL_DOT, String.valueOf(reply == null ? failure : reply));
    events.ambiguous();
    return Replies.NEXT_HOP_FAILED;
  }

  // --- The end -----------------------------------------------------------------------------------

  @Override
  public void abandon() {
    NextHopConnection hop = connection;
    boolean begun = envelope != null && envelope.hasBegun();
    boolean textBegun = outcome != null;
    forget();
    if (hop == null) {
      return;
    }
    if (textBegun || !hop.isUsable()) {
      hop.close();
    } else if (begun) {
      reset(hop);
    } else {
      pool.keep(hop);
    }
  }

  /** The next message waits for it, which takes less than a new connection would. */
  private void reset(NextHopConnection hop) {
    lastAsked =
        hop.say("RSET")
            .handle(
                (reply, _) -> {
                  if (reply != null && reply.code() == 250) {
                    pool.keep(hop);
                  } else {
                    hop.close();
                  }
                  return reply;
                });
  }

  private void forget() {
    envelope = null;
    connection = null;
    outcome = null;
    failed = false;
  }
}
