package dev.ipauth.relay.queue;

import dev.ipauth.relay.onward.Delivery;
import dev.ipauth.relay.queue.AttemptResult.Ended;
import dev.ipauth.relay.queue.AttemptResult.ForRecipient;
import dev.ipauth.relay.smtp.MailFrom;
import dev.ipauth.relay.smtp.RcptTo;
import dev.ipauth.relay.smtp.Reply;
import dev.ipauth.relay.smtp.Submission;
import dev.ipauth.tables.QueuedMessage;
import dev.ipauth.tables.QueuedMessage.Recipient;
import dev.ipauth.tables.QueuedMessage.Sender;
import io.netty.channel.EventLoop;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * One attempt to deliver a kept message, on a thread of its own. It says to the next hop what the
 * device's own connection would have: the sender, each recipient that is still waiting, the text.
 */
final class Attempt {
  private final Delivery delivery;
  private final OnLoop onLoop;
  private final Answers answers;
  private final QueuedMessage message;
  private final LeaseWatch lease;
  private final List<ForRecipient> results = new ArrayList<>();
  private Ended ended = Ended.BY_NEXT_HOP;
  private String reply = "";

  Attempt(
      EventLoop loop, Delivery delivery, Answers answers, QueuedMessage message, LeaseWatch lease) {
    this.delivery = delivery;
    this.onLoop = new OnLoop(loop, delivery);
    this.answers = answers;
    this.message = message;
    this.lease = lease;
  }

  /**
   * Makes the attempt.
   *
   * @throws LeaseWatch.Lost when the message is somebody else's by now: nothing may be said of it
   */
  AttemptResult make(InputStream text, Instant began) throws IOException, LeaseWatch.Lost {
    try {
      deliver(text);
    } finally {
      onLoop.run(delivery::abandon);
    }
    return new AttemptResult(results, reply, ended, delivery.reportsDeliveries(), began);
  }

  private void deliver(InputStream text) throws IOException, LeaseWatch.Lost {
    List<Recipient> waiting = message.waiting();
    onLoop.await(() -> delivery.begin(submission(message)), lease);
    for (Recipient to : waiting) {
      Verdict verdict = verdict(onLoop.await(() -> delivery.recipient(recipient(to)), lease));
      if (verdict instanceof Verdict.Taken(Reply taken)) {
        results.add(new ForRecipient.Delivered(taken.toString()));
      } else if (isOfRecipient(verdict)) {
        results.add(result(verdict));
      } else {
        failAll(waiting.size(), verdict);
        return;
      }
    }
    if (results.stream().anyMatch(ForRecipient.Delivered.class::isInstance)) {
      settleTaken(text(text));
    }
  }

  private static Submission submission(QueuedMessage message) {
    Sender sender = message.sender();
    var from =
        new MailFrom(
            sender.address(),
            message.text().bytes(),
            sender.eightBit(),
            sender.utf8(),
            sender.ret(),
            sender.envid());
    String user = message.smtpUser();
    String account = message.accountId();
    var owner = user == null || account == null ? null : new Submission.Owner(user, account);
    return new Submission(message.id(), null, owner, from);
  }

  private static RcptTo recipient(Recipient to) {
    return new RcptTo(to.address(), to.notifyOn(), to.orcpt());
  }

  private static boolean isOfRecipient(Verdict verdict) {
    return switch (verdict) {
      case Verdict.Taken _, Verdict.Refused _ -> true;
      case Verdict.NotNow(Reply _, boolean ofRecipient) -> ofRecipient;
      case Verdict.HeldBack _, Verdict.OperatorFault _ -> false;
    };
  }

  /** What goes wrong for the connection goes wrong for every recipient. */
  private void failAll(int recipients, Verdict verdict) {
    results.clear();
    for (int i = 0; i < recipients; i++) {
      results.add(result(verdict));
    }
  }

  private Verdict text(InputStream text) throws IOException, LeaseWatch.Lost {
    Verdict asked = verdict(onLoop.await(delivery::data, lease));
    if (!(asked instanceof Verdict.Taken)) {
      return asked;
    }
    onLoop.text(text, lease);
    return verdict(onLoop.awaitInAnyCase(this::finalDot, lease).orElseThrow(LeaseWatch.Lost::new));
  }

  /** Whoever was paused past its lease says no final dot: somebody else may be at it. */
  private CompletionStage<Optional<Reply>> finalDot() {
    return lease.isHeld()
        ? delivery.finish().thenApply(Optional::of)
        : CompletableFuture.completedStage(Optional.empty());
  }

  /** What is said of the text holds for each recipient that was taken. */
  private void settleTaken(Verdict verdict) {
    results.replaceAll(one -> one instanceof ForRecipient.Delivered ? result(verdict) : one);
  }

  private Verdict verdict(Reply said) {
    Verdict verdict = answers.of(said, delivery.failure());
    reply = verdict.reply().toString();
    ended = Ended.with(verdict); // only the last one's can be another than the next hop's word
    return verdict;
  }

  /**
   * What an answer comes to that a device didn't wait for: it holds for those that the next hop had
   * taken, and the others were put off.
   *
   * @param reportsDeliveries as {@link AttemptResult#reportsDeliveries}
   */
  static AttemptResult late(
      QueuedMessage message, Verdict verdict, boolean reportsDeliveries, Instant began) {
    List<ForRecipient> results =
        message.waiting().stream()
            .map(to -> to.reply() == null ? result(verdict) : new ForRecipient.NotNow(to.reply()))
            .toList();
    return new AttemptResult(
        results, verdict.reply().toString(), Ended.with(verdict), reportsDeliveries, began);
  }

  private static ForRecipient result(Verdict verdict) {
    String said = verdict.reply().toString();
    return switch (verdict) {
      case Verdict.Taken _ -> new ForRecipient.Delivered(said);
      case Verdict.Refused _ -> new ForRecipient.RefusedForGood(said);
      case Verdict.NotNow _, Verdict.HeldBack _, Verdict.OperatorFault _ ->
          new ForRecipient.NotNow(said);
    };
  }
}
