package dev.ipauth.relay.queue;

import static java.util.concurrent.TimeUnit.NANOSECONDS;

import dev.ipauth.relay.onward.Delivery;
import dev.ipauth.relay.onward.Failure;
import dev.ipauth.relay.onward.NeverTaken;
import dev.ipauth.relay.smtp.RcptTo;
import dev.ipauth.relay.smtp.Replies;
import dev.ipauth.relay.smtp.Reply;
import dev.ipauth.relay.smtp.Submission;
import io.netty.buffer.ByteBuf;
import io.netty.channel.EventLoop;
import java.lang.System.Logger.Level;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A delivery that keeps what the next hop can't take now. A message is handed on while its device
 * waits; as long as all goes well nothing differs but that a copy of the text is held. When the
 * next hop fails, everything from there on is answered by the queue, and the message is kept before
 * the device hears 250.
 *
 * <p>Lives on the event loop of the device's channel; what blocks is done by {@link Queue}.
 */
final class KeepingDelivery implements Delivery {
  private static final System.Logger LOG = System.getLogger("relay");

  private final Queue queue;
  private final EventLoop loop;
  private final Supplier<Delivery> deliveries;
  private final NeverTaken neverTaken;
  private Delivery delivery;
  private @Nullable Passing message;

  /**
   * @param neverTaken what is refused though nobody need ask the next hop
   */
  KeepingDelivery(
      Queue queue, EventLoop loop, Supplier<Delivery> deliveries, NeverTaken neverTaken) {
    this.queue = queue;
    this.loop = loop;
    this.deliveries = deliveries;
    this.neverTaken = neverTaken;
    this.delivery = deliveries.get();
  }

  @Override
  public @Nullable Set<Extension> extensions() {
    return delivery.extensions();
  }

  /** With a queue, reports are the relay's own where the next hop makes none. */
  @Override
  public Set<Extension> ofTheRelay() {
    return Set.of(Extension.DSN);
  }

  // --- The envelope ------------------------------------------------------------------------------

  @Override
  public CompletionStage<Reply> begin(Submission submission) {
    abandon();
    boolean isKept = queue.nextHopIsDown();
    Reply refusal = isKept ? neverTaken.sender(submission.from()) : null;
    if (refusal != null) {
      return CompletableFuture.completedStage(refusal);
    }
    Passing passing = queue.passing(submission, loop);
    passing.isKept = isKept;
    boolean hasRoom = queue.reservations().reserve(passing, Math.max(0, submission.from().size()));
    if (!hasRoom) {
      passing.text.lose();
    }
    if (passing.isKept && !hasRoom) {
      return CompletableFuture.completedStage(Replies.QUEUE_FULL);
    }
    message = passing;
    return passing.isKept
        ? CompletableFuture.completedStage(Replies.SENDER_OK)
        : delivery.begin(submission);
  }

  /** What a queue makes of an answer is no failure any more. */
  @Override
  public @Nullable Failure failure() {
    return null;
  }

  @Override
  public CompletionStage<Reply> recipient(RcptTo to) {
    Passing passing = message;
    if (passing == null) {
      return CompletableFuture.completedStage(Replies.NEXT_HOP_FAILED);
    }
    return passing.isKept
        ? CompletableFuture.completedStage(keepRecipient(passing, to))
        : delivery.recipient(to).thenApply(reply -> answered(passing, to, reply));
  }

  private Reply keepRecipient(Passing passing, RcptTo to) {
    Reply refusal = neverTaken.recipient(passing.submission.from(), to, passing.recipients());
    if (refusal != null) {
      return refusal;
    }
    passing.taken(to);
    return Replies.RECIPIENT_OK;
  }

  private Reply answered(Passing passing, RcptTo to, Reply reply) {
    Verdict verdict = queue.verdict(reply, delivery.failure());
    return switch (verdict) {
      case Verdict.Taken(Reply taken) -> {
        passing.taken(to);
        yield taken;
      }
      case Verdict.Refused(Reply refused) -> refused;
      case Verdict.NotNow(Reply notNow, boolean ofRecipient) -> {
        boolean cannotWait = ofRecipient && queue.reservations().hasNoRoomFor(passing);
        if (isTooMany(notNow) || cannotWait) {
          yield notNow;
        }
        if (!ofRecipient) {
          keepFromHere(passing, verdict);
          yield keepRecipient(passing, to);
        }
        passing.deferred(to, notNow);
        yield Replies.RECIPIENT_OK;
      }
      case Verdict.HeldBack _, Verdict.OperatorFault _ -> {
        keepFromHere(passing, verdict);
        yield keepRecipient(passing, to);
      }
    };
  }

  /** The device sends the rest of its recipients in another message, as it does without a queue. */
  private static boolean isTooMany(Reply reply) {
    return reply.code() == 452 && reply.lines().getFirst().startsWith("4.5.3");
  }

  private void keepFromHere(Passing passing, Verdict verdict) {
    passing.isKept = true;
    passing.setback(verdict);
    delivery.abandon();
  }

  @Override
  public CompletionStage<Reply> data() {
    Passing passing = message;
    if (passing == null) {
      return CompletableFuture.completedStage(Replies.NEXT_HOP_FAILED);
    }
    if (!passing.isKept && !passing.hasTaken()) {
      delivery.abandon();
      passing.isKept = true;
    }
    return passing.isKept
        ? CompletableFuture.completedStage(Replies.SEND_TEXT)
        : delivery.data().thenApply(reply -> textBegins(passing, reply));
  }

  private Reply textBegins(Passing passing, Reply reply) {
    Verdict verdict = queue.verdict(reply, delivery.failure());
    return switch (verdict) {
      case Verdict.Taken(Reply taken) -> taken;
      case Verdict.Refused(Reply refused) -> refused;
      case Verdict.NotNow _, Verdict.HeldBack _, Verdict.OperatorFault _ -> {
        keepFromHere(passing, verdict);
        yield Replies.SEND_TEXT;
      }
    };
  }

  // --- The text ----------------------------------------------------------------------------------

  @Override
  public void text(ByteBuf octets) {
    Passing passing = message;
    if (passing != null) {
      passing.text.add(octets);
    }
    if (passing == null || passing.isKept) {
      octets.release();
    } else {
      delivery.text(octets);
    }
  }

  @Override
  public void flush() {
    delivery.flush();
  }

  @Override
  public boolean isWritable() {
    return (isKept() || delivery.isWritable()) && (message == null || message.text.isWritable());
  }

  @Override
  public void whenWritable(Runnable resume) {
    Passing passing = message;
    if (passing != null && !passing.text.isWritable()) {
      passing.text.whenWritable(() -> whenWritable(resume));
    } else if (isKept()) {
      resume.run();
    } else {
      delivery.whenWritable(resume);
    }
  }

  private boolean isKept() {
    return message == null || message.isKept;
  }

  // --- The end -----------------------------------------------------------------------------------

  @Override
  public CompletionStage<Reply> finish() {
    Passing passing = message;
    message = null;
    if (passing == null) {
      return CompletableFuture.completedStage(Replies.NEXT_HOP_FAILED);
    }
    CompletionStage<Reply> heard =
        end(passing).handleAsync((reply, failure) -> heard(passing, reply, failure), loop);
    if (passing.hasDeferred()) {
      // Whoever waits for the reply is told on this loop, or has told it so by then.
      heard.thenRunAsync(() -> loop.execute(() -> passing.answered.complete(true)), loop);
    }
    return heard;
  }

  private CompletionStage<Reply> end(Passing passing) {
    if (passing.isKept) {
      Reply refusal = neverTaken.text(passing.text.length());
      return refusal == null
          ? queue.keep(passing)
          : queue.settleAtOnce(passing, null, new Verdict.Refused(refusal));
    }
    return passing.hasDeferred()
        ? queue
            .keepDeferred(passing)
            .thenComposeAsync(kept -> finishOthers(passing, kept.orElse(null)), loop)
        : finish(passing, null);
  }

  /** A fault of the relay's own is a reason to send the message again. */
  private Reply heard(Passing passing, @Nullable Reply reply, @Nullable Throwable failure) {
    if (reply != null) {
      return reply;
    }
    LOG.log(Level.ERROR, "A message can't be kept", failure);
    delivery.abandon();
    return queue.notKept(passing);
  }

  /** What was said of the deferred recipients must be true before the others' final dot. */
  private CompletionStage<Reply> finishOthers(Passing passing, @Nullable LeaseWatch kept) {
    if (kept == null) {
      delivery.abandon();
      return CompletableFuture.completedStage(queue.notKept(passing));
    }
    return finish(passing, kept);
  }

  /**
   * Says the final dot. A next hop that doesn't answer soon is listened to further, on its
   * connection, while the device hears that its message is kept.
   */
  private CompletionStage<Reply> finish(Passing passing, @Nullable LeaseWatch deferred) {
    Delivery under = delivery;
    var first = new CompletableFuture<@Nullable Verdict>();
    var late =
        loop.schedule(
            () -> {
              delivery = deliveries.get();
              if (first.complete(null)) {
                under.unanswered();
              }
            },
            queue.endTimeout().toNanos(),
            NANOSECONDS);
    CompletionStage<Verdict> said = finish(under, passing);
    said.thenAccept(first::complete);
    return first.thenCompose(
        verdict -> {
          late.cancel(false);
          return verdict == null
              ? listen(passing, deferred, said)
              : queue.settleAtOnce(passing, deferred, verdict);
        });
  }

  /** What goes wrong within the relay is no answer, so the message is to be kept. */
  private CompletionStage<Verdict> finish(Delivery under, Passing passing) {
    return under
        .finish()
        .handle(
            (reply, failure) -> {
              passing.reportsDeliveries = under.reportsDeliveries();
              if (reply != null) {
                return queue.verdict(reply, under.failure());
              }
              LOG.log(Level.ERROR, "What the next hop said can't be told", failure);
              under.abandon();
              return new Verdict.NotNow(Replies.NEXT_HOP_FAILED, false);
            });
  }

  /**
   * Where it can't be kept meanwhile, the device waits for the answer as it does without a queue.
   */
  private CompletionStage<Reply> listen(
      Passing passing, @Nullable LeaseWatch deferred, CompletionStage<Verdict> said) {
    return queue
        .keepWhileListening(passing, deferred, said)
        .thenCompose(
            kept ->
                kept.<CompletionStage<Reply>>map(CompletableFuture::completedStage)
                    .orElseGet(
                        () ->
                            said.thenCompose(
                                verdict -> queue.settleAtOnce(passing, deferred, verdict))));
  }

  /** What it makes itself is among them. */
  @Override
  public boolean reportsDeliveries() {
    return true;
  }

  /** Its own clock says so. */
  @Override
  public void unanswered() {}

  @Override
  public void abandon() {
    Passing passing = message;
    message = null;
    delivery.abandon();
    if (passing != null) {
      queue.reservations().release(passing);
    }
  }
}
