package dev.ipauth.relay.onward;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.ipauth.relay.onward.Failure.Kind;
import dev.ipauth.relay.onward.Failure.Stage;
import dev.ipauth.relay.onward.Progress.AwaitingFinal;
import dev.ipauth.relay.onward.Progress.Connecting;
import dev.ipauth.relay.onward.Progress.GivenUp;
import dev.ipauth.relay.onward.Progress.Idle;
import dev.ipauth.relay.onward.Progress.Text;
import dev.ipauth.relay.smtp.RcptTo;
import dev.ipauth.relay.smtp.Replies;
import dev.ipauth.relay.smtp.Reply;
import dev.ipauth.relay.smtp.Submission;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Delivery by SMTP. A message borrows a connection at its first recipient and gives it back after
 * the final reply.
 *
 * <p>Failures: as long as no text has gone over, a <em>kept</em> connection that turns out dead is
 * replaced once, and the envelope said again; the device notices nothing. Everything else is the
 * device's to try again later, and after the text has begun nothing is ever tried twice.
 */
final class SmtpDelivery implements Delivery {
  private static final byte[] FINAL_DOT = ".\r\n".getBytes(US_ASCII);
  private static final Progress IDLE = new Idle();
  private static final Failure NOTHING_UNDER_WAY =
      new Failure(Stage.CONNECT, Kind.ABANDONED, "the message was abandoned");

  private final ConnectionPool pool;
  private final Function<@Nullable String, CompletionStage<Pass>> gate;
  private final Supplier<CompletionStage<NextHopConnection>> connector;
  private final Supplier<@Nullable Set<Extension>> extensions;
  private final NextHopEvents events;

  private Progress progress = IDLE;
  private @Nullable Failure failure;
  private @Nullable FinalDot lastDot;
  private boolean reportsDeliveries;

  /** What was asked last: the next thing is said after it, even if the caller doesn't wait. */
  private CompletionStage<?> lastAsked = CompletableFuture.completedStage(null);

  SmtpDelivery(
      ConnectionPool pool,
      Function<@Nullable String, CompletionStage<Pass>> gate,
      Supplier<CompletionStage<NextHopConnection>> connector,
      Supplier<@Nullable Set<Extension>> extensions,
      NextHopEvents events) {
    this.pool = pool;
    this.gate = gate;
    this.connector = connector;
    this.extensions = extensions;
    this.events = events;
  }

  @Override
  public @Nullable Set<Extension> extensions() {
    return extensions.get();
  }

  @Override
  public @Nullable Failure failure() {
    return failure;
  }

  @Override
  public boolean reportsDeliveries() {
    return reportsDeliveries;
  }

  private Reply tell(Answer answer) {
    failure = answer.failure();
    return answer.reply();
  }

  @Override
  public CompletionStage<Reply> begin(Submission message) {
    abandon();
    failure = null;
    progress = new Connecting(new Message(message.from(), message.account()));
    return CompletableFuture.completedStage(Replies.SENDER_OK);
  }

  // --- The envelope ------------------------------------------------------------------------------

  @Override
  public CompletionStage<Reply> recipient(RcptTo to) {
    Set<Extension> known = extensions.get();
    boolean utf8 = known != null && known.contains(Extension.SMTPUTF8);
    return ask(envelope -> envelope.offer(to, utf8));
  }

  @Override
  public CompletionStage<Reply> data() {
    return ask(envelope -> envelope.data().thenApply(answer -> textBegins(envelope, answer)));
  }

  private Answer textBegins(Envelope envelope, Answer answer) {
    if (answer.failure() == null) {
      NextHopConnection hop = envelope.hop();
      var outcome = hop.awaitAnyTime(Stage.TEXT);
      // A next hop that has said its last word may read no more: the device must not wait for it.
      outcome.whenComplete((_, _) -> hop.resumeWriting());
      progress = new Text(hop, outcome);
    }
    return answer;
  }

  private CompletionStage<Reply> ask(Function<Envelope, CompletionStage<Answer>> exchange) {
    Message message = messageToAddress();
    var answer = lastAsked.thenCompose(_ -> attempt(message, exchange)).thenApply(this::tell);
    lastAsked = answer;
    return answer;
  }

  private @Nullable Message messageToAddress() {
    return switch (progress) {
      case Connecting(Message message) -> message;
      case Envelope envelope -> envelope.message();
      case Idle _, Text _, AwaitingFinal _, GivenUp _ -> null;
    };
  }

  /** Runs an exchange, a second time on a new connection if the kept one proves dead. */
  private CompletionStage<Answer> attempt(
      @Nullable Message message, Function<Envelope, CompletionStage<Answer>> exchange) {
    if (message == null || message != messageToAddress()) {
      return CompletableFuture.completedStage(Answer.of(whyNothingIsSaid()));
    }
    return envelope(message)
        .thenCompose(
            envelope ->
                exchange
                    .apply(envelope)
                    .exceptionallyCompose(lost -> again(envelope, exchange, lost)))
        .exceptionally(lost -> giveUp(message, NextHopLost.of(Stage.RCPT, lost)));
  }

  private Failure whyNothingIsSaid() {
    return progress instanceof GivenUp(Failure why) ? why : NOTHING_UNDER_WAY;
  }

  /** The envelope, on the connection that it is being said on, or on one that is there now. */
  private CompletionStage<Envelope> envelope(Message message) {
    if (progress instanceof Envelope envelope) {
      return CompletableFuture.completedStage(envelope);
    }
    return gate.apply(message.account()).thenCompose(pass -> envelope(message, pass));
  }

  private CompletionStage<Envelope> envelope(Message message, Pass pass) {
    if (message != messageToAddress()) {
      pass.leave();
      throw new NextHopLost(NOTHING_UNDER_WAY);
    }
    NextHopConnection hop = pool.take();
    if (hop == null) {
      return open(message, pass);
    }
    events.reused();
    return CompletableFuture.completedStage(say(message, hop, pass, true));
  }

  private CompletionStage<Envelope> open(Message message, Pass pass) {
    return connector
        .get()
        .whenComplete(
            (_, failure) -> {
              if (failure != null) {
                pass.leave();
              }
            })
        .thenApply(opened -> use(message, opened, pass));
  }

  private Envelope use(Message message, NextHopConnection opened, Pass pass) {
    if (message != messageToAddress()) {
      pool.keep(opened);
      pass.leave();
      throw new NextHopLost(NOTHING_UNDER_WAY);
    }
    return say(message, opened, pass, false);
  }

  private Envelope say(Message message, NextHopConnection hop, Pass pass, boolean kept) {
    hop.carry(pass);
    var envelope = new Envelope(message, hop, kept);
    progress = envelope;
    return envelope;
  }

  /** Takes a new connection to where a dead one was: same sender, same recipients, same answers. */
  private CompletionStage<Answer> again(
      Envelope dead, Function<Envelope, CompletionStage<Answer>> exchange, Throwable lost) {
    if (progress != dead || !dead.isKept()) {
      return CompletableFuture.failedStage(lost);
    }
    dead.hop().close();
    progress = new Connecting(dead.message());
    events.replaced();
    return gate.apply(dead.message().account())
        .thenCompose(pass -> open(dead.message(), pass))
        .thenCompose(Envelope::sayAgain)
        .thenCompose(exchange);
  }

  private Answer giveUp(Message message, NextHopLost lost) {
    if (message == messageToAddress()) {
      events.failed(lost.failure());
      if (progress instanceof Envelope envelope) {
        envelope.hop().close();
      }
      progress = new GivenUp(lost.failure());
    }
    return Answer.of(lost.failure());
  }

  // --- The text ----------------------------------------------------------------------------------

  @Override
  public void text(ByteBuf octets) {
    if (progress instanceof Text text && text.isWanted()) {
      text.hop().write(octets);
    } else {
      octets.release();
    }
  }

  /** Whether the next hop has asked for text and not yet said what it thinks of it. */
  boolean isTextWanted() {
    return progress instanceof Text text && text.isWanted();
  }

  @Override
  public void flush() {
    if (progress instanceof Text text && text.isWanted()) {
      text.hop().flush();
    }
  }

  @Override
  public boolean isWritable() {
    return !(progress instanceof Text text) || !text.isWanted() || text.hop().isWritable();
  }

  @Override
  public void whenWritable(Runnable resume) {
    if (progress instanceof Text text && !isWritable()) {
      text.hop().whenWritable(resume);
    } else {
      resume.run();
    }
  }

  @Override
  public CompletionStage<Reply> finish() {
    CompletionStage<Answer> last =
        switch (progress) {
          case Text text when text.isWanted() -> end(text);
          case Text text -> text.outcome().handle((reply, lost) -> endedEarly(text, reply, lost));
          case Idle _, Connecting _, Envelope _, AwaitingFinal _, GivenUp _ ->
              CompletableFuture.completedStage(Answer.of(whyNothingIsSaid()));
        };
    return last.thenApply(this::tell);
  }

  private CompletionStage<Answer> end(Text text) {
    NextHopConnection hop = text.hop();
    hop.write(Unpooled.wrappedBuffer(FINAL_DOT));
    hop.countMessage();
    hop.boundFinal();
    hop.flush();
    var dot = new FinalDot(events);
    var awaiting = new AwaitingFinal(dot);
    lastDot = dot;
    reportsDeliveries = hop.keywords().contains(Extension.DSN.name());
    progress = awaiting;
    return text.outcome().handle((reply, lost) -> ended(awaiting, hop, reply, lost));
  }

  /** Before its end a text can only be refused, and the connection is of no further use. */
  private Answer endedEarly(Text text, @Nullable Reply reply, @Nullable Throwable lost) {
    progress = IDLE;
    text.hop().close();
    if (reply != null && !reply.isPositive()) {
      return Answer.of(Stage.TEXT, reply);
    }
    return failed(reply, lost, Stage.TEXT);
  }

  private Answer ended(
      AwaitingFinal awaiting,
      NextHopConnection hop,
      @Nullable Reply reply,
      @Nullable Throwable lost) {
    progress = progress == awaiting ? IDLE : progress;
    if (reply != null && reply.code() / 100 != 3) {
      events.answered();
      pool.keep(hop);
      return Answer.of(Stage.FINAL_DOT, reply);
    }
    hop.close();
    Answer answer = failed(reply, lost, Stage.FINAL_DOT);
    awaiting.dot().ambiguous();
    return answer;
  }

  private Answer failed(@Nullable Reply reply, @Nullable Throwable lost, Stage stage) {
    Failure why =
        lost == null
            ? Failure.of(stage, Objects.requireNonNull(reply))
            : NextHopLost.of(stage, lost).failure();
    events.failed(why);
    return Answer.of(why);
  }

  // --- The end -----------------------------------------------------------------------------------

  @Override
  public void unanswered() {
    if (lastDot != null) {
      lastDot.unanswered();
    }
  }

  @Override
  public void abandon() {
    Progress left = progress;
    progress = IDLE;
    switch (left) {
      case Envelope envelope -> leave(envelope);
      // Without an end of data the next hop can't take a part for the whole.
      case Text(NextHopConnection hop, _) -> hop.close();
      // A connection that is being opened goes to the pool. What the final dot ended can't be taken
      // back: whoever asked for the answer gets it.
      case Idle _, Connecting _, AwaitingFinal _, GivenUp _ -> {}
    }
  }

  private void leave(Envelope envelope) {
    NextHopConnection hop = envelope.hop();
    if (!hop.isUsable()) {
      hop.close();
    } else if (envelope.hasBegun()) {
      reset(hop);
    } else {
      pool.keep(hop);
    }
  }

  /** The next message waits for it, which takes less than a new connection would. */
  private void reset(NextHopConnection hop) {
    lastAsked =
        hop.say(Stage.MAIL, "RSET")
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
}
