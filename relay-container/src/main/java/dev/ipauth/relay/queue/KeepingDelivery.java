package dev.ipauth.relay.queue;

import static java.util.concurrent.TimeUnit.NANOSECONDS;

import dev.ipauth.relay.onward.Delivery;
import dev.ipauth.relay.onward.Failure;
import dev.ipauth.relay.smtp.RcptTo;
import dev.ipauth.relay.smtp.Replies;
import dev.ipauth.relay.smtp.Reply;
import dev.ipauth.relay.smtp.Submission;
import io.netty.buffer.ByteBuf;
import io.netty.channel.EventLoop;
import java.util.EnumSet;
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
  private static final Reply RECIPIENT_OK = Reply.of(250, "2.1.5 Recipient OK");

  private final Queue queue;
  private final EventLoop loop;
  private final Supplier<Delivery> deliveries;
  private Delivery delivery;
  private @Nullable Passing message;

  KeepingDelivery(Queue queue, EventLoop loop, Supplier<Delivery> deliveries) {
    this.queue = queue;
    this.loop = loop;
    this.deliveries = deliveries;
    this.delivery = deliveries.get();
  }

  /** With a queue, reports are the relay's own where the next hop makes none. */
  @Override
  public @Nullable Set<Extension> extensions() {
    Set<Extension> offered = delivery.extensions();
    var here = EnumSet.of(Extension.DSN);
    if (offered != null) {
      here.addAll(offered);
    }
    return here;
  }

  // --- The envelope ------------------------------------------------------------------------------

  @Override
  public CompletionStage<Reply> begin(Submission submission) {
    abandon();
    var passing = new Passing(submission, queue.hold());
    passing.isKept = queue.nextHopIsDown();
    boolean room = queue.reserve(passing, Math.max(0, submission.from().size()));
    if (passing.isKept && !room) {
      passing.text.close();
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

  private static Reply keepRecipient(Passing passing, RcptTo to) {
    passing.taken(to);
    return RECIPIENT_OK;
  }

  private Reply answered(Passing passing, RcptTo to, Reply reply) {
    return switch (queue.answer(reply, delivery.failure())) {
      case Answer.Taken(Reply taken) -> {
        passing.taken(to);
        yield taken;
      }
      case Answer.Refused(Reply refused) -> refused;
      case Answer.NotNow(Reply notNow, boolean ofRecipient) -> {
        if (isTooMany(notNow)) {
          yield notNow;
        }
        if (ofRecipient) {
          passing.deferred(to, notNow);
        } else {
          keepFromHere(passing, notNow, false);
          passing.taken(to);
        }
        yield RECIPIENT_OK;
      }
      case Answer.OperatorFault(Reply fault) -> {
        keepFromHere(passing, fault, true);
        yield keepRecipient(passing, to);
      }
    };
  }

  /** The device sends the rest of its recipients in another message, as it does without a queue. */
  private static boolean isTooMany(Reply reply) {
    return reply.code() == 452 && reply.toString().contains("4.5.3");
  }

  private void keepFromHere(Passing passing, Reply setback, boolean operatorFault) {
    passing.isKept = true;
    passing.setback = setback;
    passing.operatorFault = operatorFault;
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
    return switch (queue.answer(reply, delivery.failure())) {
      case Answer.Taken(Reply taken) -> taken;
      case Answer.Refused(Reply refused) -> refused;
      case Answer.NotNow(Reply notNow, boolean _) -> {
        keepFromHere(passing, notNow, false);
        yield Replies.SEND_TEXT;
      }
      case Answer.OperatorFault(Reply fault) -> {
        keepFromHere(passing, fault, true);
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
    return isKept() || delivery.isWritable();
  }

  @Override
  public void whenWritable(Runnable resume) {
    if (isKept()) {
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
    if (passing.isKept) {
      return queue.keep(passing);
    }
    return passing.hasDeferred()
        ? queue.keepDeferred(passing).thenComposeAsync(kept -> finishOthers(passing, kept), loop)
        : finish(passing, null);
  }

  /** What was said of the deferred recipients must be true before the others' final dot. */
  private CompletionStage<Reply> finishOthers(Passing passing, Queue.@Nullable Kept kept) {
    if (kept == null) {
      delivery.abandon();
      queue.release(passing);
      return CompletableFuture.completedStage(Replies.QUEUE_FULL);
    }
    return finish(passing, kept);
  }

  /**
   * Says the final dot. A next hop that doesn't answer soon is listened to further, on its
   * connection, while the device hears that its message is kept.
   */
  private CompletionStage<Reply> finish(Passing passing, Queue.@Nullable Kept deferred) {
    Delivery under = delivery;
    var outcome = new CompletableFuture<Reply>();
    var late =
        loop.schedule(
            () -> {
              delivery = deliveries.get();
              outcome.complete(null);
            },
            queue.endTimeout().toNanos(),
            NANOSECONDS);
    CompletionStage<Reply> said = under.finish();
    said.whenComplete((reply, _) -> outcome.complete(reply));
    return outcome.thenCompose(
        reply -> {
          late.cancel(false);
          return reply == null
              ? queue.keepWhileListening(passing, deferred, said, under)
              : queue.settleAtOnce(passing, deferred, queue.answer(reply, under.failure()));
        });
  }

  @Override
  public void abandon() {
    Passing passing = message;
    message = null;
    delivery.abandon();
    if (passing != null) {
      queue.release(passing);
    }
  }
}
