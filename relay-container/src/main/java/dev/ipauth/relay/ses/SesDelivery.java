package dev.ipauth.relay.ses;

import dev.ipauth.relay.onward.Delivery;
import dev.ipauth.relay.onward.Failure;
import dev.ipauth.relay.onward.Failure.Kind;
import dev.ipauth.relay.onward.Failure.Stage;
import dev.ipauth.relay.onward.FinalDot;
import dev.ipauth.relay.onward.Pass;
import dev.ipauth.relay.queue.HeldText;
import dev.ipauth.relay.smtp.MailFrom;
import dev.ipauth.relay.smtp.RcptTo;
import dev.ipauth.relay.smtp.Replies;
import dev.ipauth.relay.smtp.Reply;
import dev.ipauth.relay.smtp.Submission;
import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Delivery by SES's API. Envelope and text are taken here, and go over as one request when the text
 * has ended; its answer is the answer to the final dot. Nothing is ever asked twice.
 *
 * <p>Lives on the event loop of the device's channel.
 */
final class SesDelivery implements Delivery {
  private final SesFarSide ses;
  private final SesFarSide.Loop loop;
  private @Nullable Passing message;
  private @Nullable Failure failure;
  private @Nullable FinalDot lastDot;

  /** A message on its way. */
  private static final class Passing {
    final MailFrom from;
    final @Nullable String account;
    final List<MessageTag> tags;
    final List<String> recipients = new ArrayList<>();
    final HeldText text;
    @Nullable Pass pass;
    @Nullable Pass turn;

    Passing(MailFrom from, @Nullable String account, List<MessageTag> tags, HeldText text) {
      this.from = from;
      this.account = account;
      this.tags = tags;
      this.text = text;
    }

    /** Nothing of it goes over before its text has ended. */
    void giveWay() {
      if (pass != null && !pass.isCounted()) {
        leave();
      }
    }

    private void leave() {
      if (pass != null) {
        pass.leave();
        pass = null;
      }
    }

    void end() {
      text.close();
      if (turn != null) {
        turn.leave();
      }
      leave();
    }
  }

  SesDelivery(SesFarSide ses, SesFarSide.Loop loop) {
    this.ses = ses;
    this.loop = loop;
  }

  /** SES takes neither addresses beyond ASCII nor wishes for reports. */
  @Override
  public Set<Extension> extensions() {
    return Set.of();
  }

  @Override
  public boolean reportsDeliveries() {
    return false;
  }

  @Override
  public @Nullable Failure failure() {
    return failure;
  }

  private Reply tell(SesAnswer answer) {
    failure = answer.failure();
    return answer.reply();
  }

  private Reply refuse(Stage stage, Reply reply) {
    return refuse(stage, reply.isTransient() ? Kind.REFUSED_FOR_NOW : Kind.REFUSED_FOR_GOOD, reply);
  }

  private Reply refuse(Stage stage, Kind kind, Reply reply) {
    return tell(new SesAnswer(reply, new Failure(stage, kind, reply.toString(), reply)));
  }

  private static CompletionStage<Reply> now(Reply reply) {
    return CompletableFuture.completedStage(reply);
  }

  // --- The envelope ------------------------------------------------------------------------------

  @Override
  public CompletionStage<Reply> begin(Submission submission) {
    abandon();
    failure = null;
    MailFrom from = submission.from();
    message =
        new Passing(
            from, submission.account(), ses.tags(submission), loop.hold(submission.account()));
    Reply refusal = ses.neverTaken().sender(from);
    return now(refusal == null ? Replies.SENDER_OK : refuse(Stage.MAIL, refusal));
  }

  @Override
  public CompletionStage<Reply> recipient(RcptTo to) {
    Passing passing = message;
    if (passing == null) {
      return now(nothingUnderWay());
    }
    Reply refusal = ses.neverTaken().recipient(passing.from, to, passing.recipients.size());
    if (refusal != null) {
      return now(refuse(Stage.RCPT, refusal));
    }
    return passing.pass == null
        ? loop.enter(passing.account).handle((pass, paced) -> entered(passing, to, pass, paced))
        : now(take(passing, to));
  }

  private Reply entered(
      Passing passing, RcptTo to, @Nullable Pass pass, @Nullable Throwable paced) {
    if (pass == null) {
      return tell(ses.paced(paced));
    }
    if (passing != message) {
      pass.leave();
      return nothingUnderWay();
    }
    pass.whenItMustGiveWay(() -> loop.execute(passing::giveWay));
    passing.pass = pass;
    return take(passing, to);
  }

  private Reply take(Passing passing, RcptTo to) {
    SesAnswer throttled = ses.throttled();
    if (throttled != null) {
      return tell(throttled);
    }
    passing.recipients.add(to.address());
    failure = null;
    return Replies.RECIPIENT_OK;
  }

  private Reply nothingUnderWay() {
    return refuse(Stage.CONNECT, Kind.ABANDONED, Replies.NEXT_HOP_FAILED);
  }

  @Override
  public CompletionStage<Reply> data() {
    if (message == null || message.recipients.isEmpty()) {
      return now(nothingUnderWay());
    }
    failure = null;
    return now(Replies.SEND_TEXT);
  }

  // --- The text ----------------------------------------------------------------------------------

  @Override
  public void text(ByteBuf octets) {
    if (message != null) {
      message.text.add(octets);
    }
    octets.release();
  }

  @Override
  public void flush() {
    // Nothing goes over before the end.
  }

  /** What is held is bounded: what is beyond goes to a file, no faster than the disk takes it. */
  @Override
  public boolean isWritable() {
    return message == null || message.text.isWritable();
  }

  @Override
  public void whenWritable(Runnable resume) {
    if (message == null) {
      resume.run();
    } else {
      message.text.whenWritable(resume);
    }
  }

  // --- The end -----------------------------------------------------------------------------------

  @Override
  public CompletionStage<Reply> finish() {
    Passing passing = message;
    message = null;
    lastDot = null;
    if (passing == null) {
      return now(nothingUnderWay());
    }
    Reply refusal = ses.neverTaken().text(passing.text.length());
    if (refusal != null) {
      passing.end();
      return now(refuse(Stage.TEXT, refusal));
    }
    return passing.pass == null
        ? loop.enter(passing.account)
            .handle((pass, paced) -> sendLater(passing, pass, paced))
            .thenCompose(reply -> reply)
        : send(passing, passing.pass);
  }

  /** It has given way meanwhile. */
  private CompletionStage<Reply> sendLater(
      Passing passing, @Nullable Pass pass, @Nullable Throwable paced) {
    if (pass == null) {
      return now(turnedAway(passing, paced));
    }
    passing.pass = pass;
    return send(passing, pass);
  }

  private Reply turnedAway(Passing passing, @Nullable Throwable paced) {
    if (passing.pass != null) {
      passing.pass.dontCount();
    }
    passing.end();
    return tell(ses.paced(paced));
  }

  private CompletionStage<Reply> send(Passing passing, Pass pass) {
    pass.count();
    return loop.turn(passing.account)
        .handle((turn, paced) -> send(passing, turn, paced))
        .thenCompose(reply -> reply);
  }

  private CompletionStage<Reply> send(
      Passing passing, @Nullable Pass turn, @Nullable Throwable paced) {
    if (turn == null) {
      return now(turnedAway(passing, paced));
    }
    passing.turn = turn;
    turn.count();
    FinalDot dot = ses.finalDot();
    lastDot = dot;
    String from = ses.neverTaken().sentAs(passing.from);
    return loop.here(ses.send(from, passing.recipients, passing.tags, passing.text, dot))
        .thenApply(
            answer -> {
              passing.end();
              return tell(answer);
            });
  }

  /** Before it was asked, Amazon SES owes no answer. */
  @Override
  public void unanswered() {
    if (lastDot != null) {
      lastDot.unanswered();
    }
  }

  /** What went over can't be taken back: its answer is heard all the same. */
  @Override
  public void abandon() {
    Passing passing = message;
    message = null;
    if (passing != null) {
      passing.end();
    }
  }
}
