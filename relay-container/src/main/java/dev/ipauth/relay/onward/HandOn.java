package dev.ipauth.relay.onward;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.ipauth.relay.onward.NextHopEvents.Stage;
import dev.ipauth.relay.smtp.MailFrom;
import dev.ipauth.relay.smtp.NextHop;
import dev.ipauth.relay.smtp.RcptTo;
import dev.ipauth.relay.smtp.Replies;
import dev.ipauth.relay.smtp.Reply;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The way of one device's messages to the next hop, one after another. A message borrows a
 * connection at its first recipient and gives it back after the final reply.
 *
 * <p>Failures: as long as no text has gone over, a <em>kept</em> connection that turns out dead is
 * replaced once, and the envelope said again; the device notices nothing. Everything else is {@link
 * Replies#NEXT_HOP_FAILED}, and after the text has begun nothing is ever tried twice.
 *
 * <p>Lives on the event loop of the device's channel.
 */
public final class HandOn implements NextHop {
  private static final byte[] FINAL_DOT = ".\r\n".getBytes(US_ASCII);

  private final OnwardSettings settings;
  private final KeptConnections connections;
  private final NextHopEvents events;
  private final Supplier<Set<Extension>> extensions;

  /** The message under way; a stage that finds another one here comes too late. */
  private @Nullable Envelope envelope;

  private @Nullable NextHopConnection connection;

  /** Whether the connection was kept from an earlier message, and so may be dead unnoticed. */
  private boolean reused;

  private boolean failed;

  /** The final reply to come; set once the next hop asked for the text. */
  private @Nullable CompletableFuture<Reply> outcome;

  HandOn(
      OnwardSettings settings,
      KeptConnections connections,
      NextHopEvents events,
      Supplier<Set<Extension>> extensions) {
    this.settings = settings;
    this.connections = connections;
    this.events = events;
    this.extensions = extensions;
  }

  @Override
  public Set<Extension> extensions() {
    return extensions.get();
  }

  @Override
  public void begin(MailFrom from) {
    abandon();
    envelope = new Envelope(from);
  }

  // --- The envelope ------------------------------------------------------------------------------

  @Override
  public CompletionStage<Reply> recipient(RcptTo to) {
    return attempt(
        (message, hop) ->
            offer(message, hop, to)
                .thenApply(
                    reply -> {
                      if (isAccepted(reply)) {
                        message.accepted().add(to);
                      }
                      return reply;
                    }));
  }

  @Override
  public CompletionStage<Reply> data() {
    return attempt((_, hop) -> say(hop, "DATA").thenApply(reply -> textBegins(hop, reply)));
  }

  private Reply textBegins(NextHopConnection hop, Reply reply) {
    if (reply.code() == 354) {
      outcome = hop.awaitUnbounded();
    } else if (reply.isPositive()) {
      throw nonsense(reply);
    }
    return reply;
  }

  /** Says RCPT, and MAIL before it where that is still to be said: in one go where it may be. */
  private CompletionStage<Reply> offer(Envelope message, NextHopConnection hop, RcptTo to) {
    if (message.needsUtf8() && !hop.keywords().contains(Extension.SMTPUTF8.name())) {
      return CompletableFuture.completedStage(Replies.NEEDS_UTF8);
    }
    String rcpt = Envelope.rcpt(to, hop.keywords());
    if (message.mailAccepted) {
      return say(hop, rcpt).thenApply(HandOn::sensible);
    }
    var mail = send(hop, message.mail(hop.keywords()));
    if (hop.keywords().contains("PIPELINING")) {
      var answer = say(hop, rcpt);
      return mail.thenCompose(
          reply -> {
            message.mailAccepted = isAccepted(sensible(reply));
            return answer.thenApply(r -> message.mailAccepted ? sensible(r) : reply);
          });
    }
    hop.flush();
    return mail.thenCompose(
        reply -> {
          message.mailAccepted = isAccepted(sensible(reply));
          return message.mailAccepted
              ? say(hop, rcpt).thenApply(HandOn::sensible)
              : CompletableFuture.completedStage(reply);
        });
  }

  /** What is said on a connection that is ready for it. */
  private interface Exchange {
    CompletionStage<Reply> with(Envelope message, NextHopConnection hop);
  }

  /** Runs an exchange, a second time on a new connection if the kept one proves dead. */
  private CompletionStage<Reply> attempt(Exchange exchange) {
    Envelope message = envelope;
    if (message == null || failed) {
      return CompletableFuture.completedStage(Replies.NEXT_HOP_FAILED);
    }
    return borrow(message)
        .thenCompose(hop -> exchange.with(message, hop))
        .exceptionallyCompose(
            failure ->
                isReplaceable(message, failure)
                    ? replace(message).thenCompose(hop -> exchange.with(message, hop))
                    : CompletableFuture.failedStage(failure))
        .exceptionally(failure -> giveUp(message, failure));
  }

  private CompletionStage<NextHopConnection> borrow(Envelope message) {
    if (connection != null) {
      return CompletableFuture.completedStage(connection);
    }
    NextHopConnection kept = connections.take();
    if (kept == null) {
      return open(message);
    }
    events.reused();
    reused = true;
    connection = kept;
    return CompletableFuture.completedStage(kept);
  }

  private CompletionStage<NextHopConnection> open(Envelope message) {
    reused = false;
    message.mailAccepted = false;
    return connections
        .open()
        .thenApply(
            opened -> {
              if (envelope != message) {
                connections.keep(opened);
                throw new NextHopLost(Stage.CONNECT, "the device is gone");
              }
              connection = opened;
              return opened;
            });
  }

  private boolean isReplaceable(Envelope message, Throwable failure) {
    return envelope == message && reused && outcome == null && lost(failure) != null;
  }

  /**
   * Takes a new connection to where the dead one was: same sender, same recipients, same answers.
   */
  private CompletionStage<NextHopConnection> replace(Envelope message) {
    drop();
    events.replaced();
    CompletionStage<NextHopConnection> ready = open(message);
    for (RcptTo to : List.copyOf(message.accepted())) {
      ready = ready.thenCompose(hop -> offerAgain(message, hop, to));
    }
    return ready;
  }

  private CompletionStage<NextHopConnection> offerAgain(
      Envelope message, NextHopConnection hop, RcptTo to) {
    return offer(message, hop, to)
        .thenApply(
            reply -> {
              if (!isAccepted(reply)) {
                throw new NextHopLost(Stage.COMMAND, "it now says " + reply);
              }
              return hop;
            });
  }

  private Reply giveUp(Envelope message, Throwable failure) {
    NextHopLost lost = lost(failure);
    if (lost == null) {
      throw new CompletionException(failure);
    }
    if (envelope == message) {
      events.failed(lost.stage, lost.toString());
      failed = true;
      drop();
    }
    return Replies.NEXT_HOP_FAILED;
  }

  // --- The text ----------------------------------------------------------------------------------

  /** Passes on a piece of canonical, dot-stuffed text; takes over the buffer. */
  public void text(ByteBuf octets) {
    if (connection != null && outcome != null && !outcome.isDone()) {
      connection.write(octets);
    } else {
      octets.release();
    }
  }

  /** Sends what was passed on so far. */
  public void flush() {
    if (connection != null && outcome != null) {
      connection.flush();
    }
  }

  /** Whether more text can be passed on without filling memory. */
  public boolean isWritable() {
    return connection == null || connection.isWritable();
  }

  /** Runs this once when {@link #isWritable} is true again, be it because the next hop is lost. */
  public void whenWritable(Runnable resume) {
    if (connection == null) {
      resume.run();
    } else {
      connection.whenWritable(resume, settings.patience().text());
    }
  }

  @Override
  public CompletionStage<Reply> finish() {
    NextHopConnection hop = connection;
    CompletableFuture<Reply> last = outcome;
    if (hop == null || last == null) {
      return CompletableFuture.completedStage(Replies.NEXT_HOP_FAILED);
    }
    boolean early = last.isDone();
    if (!early) {
      hop.write(Unpooled.wrappedBuffer(FINAL_DOT));
      hop.bound(Stage.FINAL_DOT, settings.patience().finalDot());
      hop.flush();
    }
    return last.handle((reply, failure) -> ended(hop, early, reply, failure));
  }

  /** An early reply can only be a refusal, and leaves the connection of no further use. */
  private Reply ended(
      NextHopConnection hop, boolean early, @Nullable Reply reply, @Nullable Throwable failure) {
    NextHopLost lost = failure == null ? null : lost(failure);
    boolean sensible = reply != null && (early ? !reply.isPositive() : reply.code() / 100 != 3);
    forget();
    if (reply == null || !sensible) {
      hop.close();
      events.failed(
          early ? Stage.TEXT : Stage.FINAL_DOT, String.valueOf(reply == null ? lost : reply));
      if (!early) {
        events.ambiguous();
      }
      return Replies.NEXT_HOP_FAILED;
    }
    if (early) {
      hop.close();
    } else {
      connections.keep(hop);
    }
    return reply;
  }

  // --- The end -----------------------------------------------------------------------------------

  @Override
  public void abandon() {
    NextHopConnection hop = connection;
    boolean begun = envelope != null && envelope.mailAccepted;
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
      connections.keep(hop);
    }
  }

  private void reset(NextHopConnection hop) {
    say(hop, "RSET")
        .whenComplete(
            (reply, _) -> {
              if (reply != null && isAccepted(reply)) {
                connections.keep(hop);
              } else {
                hop.close();
              }
            });
  }

  private void drop() {
    if (connection != null) {
      connection.close();
      connection = null;
    }
  }

  private void forget() {
    envelope = null;
    connection = null;
    outcome = null;
    failed = false;
  }

  private CompletableFuture<Reply> say(NextHopConnection hop, String line) {
    var reply = send(hop, line);
    hop.flush();
    return reply;
  }

  private CompletableFuture<Reply> send(NextHopConnection hop, String line) {
    return hop.send(line, settings.patience().command());
  }

  private static boolean isAccepted(Reply reply) {
    return reply.code() / 100 == 2;
  }

  private static Reply sensible(Reply reply) {
    if (reply.code() / 100 == 3) {
      throw nonsense(reply);
    }
    return reply;
  }

  private static NextHopLost nonsense(Reply reply) {
    return new NextHopLost(Stage.COMMAND, "out of place: " + reply);
  }

  private static @Nullable NextHopLost lost(Throwable failure) {
    Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
    return cause instanceof NextHopLost lost ? lost : null;
  }
}
