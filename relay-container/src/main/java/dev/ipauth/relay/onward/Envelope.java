package dev.ipauth.relay.onward;

import dev.ipauth.relay.onward.Failure.Kind;
import dev.ipauth.relay.onward.Failure.Stage;
import dev.ipauth.relay.smtp.MailFrom;
import dev.ipauth.relay.smtp.NextHop.Extension;
import dev.ipauth.relay.smtp.RcptTo;
import dev.ipauth.relay.smtp.Replies;
import dev.ipauth.relay.smtp.Reply;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The envelope of one message as it is said on one connection.
 *
 * <p>MAIL goes over with the first recipient, and again with the next one while it is refused: its
 * refusal is the answer to the recipient that it went with.
 *
 * <p>A connection that was kept from an earlier message may be dead unnoticed, or timed out by the
 * next hop just now. What it says first then concerns the connection and not the message, and fails
 * with {@link NextHopLost}.
 */
final class Envelope implements Progress {

  /** X.4.2: bad connection, as a server says that has waited for long enough (RFC 3463). */
  private static final Pattern TIMED_OUT = Pattern.compile("[245]\\.4\\.2\\b.*");

  /** How long after its first words a server that had given up the connection may take to close. */
  private static final Duration RIGHT_BEHIND = Duration.ofMillis(100);

  private static final Answer NO_UTF8 = Answer.ofTheRelay(Stage.MAIL, Replies.NO_UTF8_BEHIND);
  private static final Answer NO_UTF8_HERE = Answer.ofTheRelay(Stage.MAIL, Replies.NO_UTF8_NOW);

  /** What can't be said safely; all else is the next hop's to judge. */
  static final NeverTaken NEVER_TAKEN =
      new NeverTaken() {
        @Override
        public @Nullable Reply sender(MailFrom from) {
          return null; // its answer comes with the first recipient's
        }

        @Override
        public @Nullable Reply recipient(MailFrom from, RcptTo to, int before) {
          return EnvelopeCommand.isSafe(from) && EnvelopeCommand.isSafe(to) ? null : Replies.UNSAFE;
        }

        @Override
        public @Nullable Reply text(long bytes) {
          return null;
        }
      };

  private final Message message;
  private final NextHopConnection hop;
  private final boolean kept;
  private boolean mailAccepted;
  private boolean answered;

  /**
   * Says nothing yet.
   *
   * @param kept whether the connection carried a message before
   */
  Envelope(Message message, NextHopConnection hop, boolean kept) {
    this.message = message;
    this.hop = hop;
    this.kept = kept;
  }

  Message message() {
    return message;
  }

  NextHopConnection hop() {
    return hop;
  }

  boolean isKept() {
    return kept;
  }

  /** Whether the connection has a transaction under way. */
  boolean hasBegun() {
    return mailAccepted;
  }

  /**
   * Offers a recipient, and the sender before it where that is still to be said.
   *
   * @param utf8Elsewhere whether the next hop is known to take SMTPUTF8 at other addresses
   */
  CompletionStage<Answer> offer(RcptTo to, boolean utf8Elsewhere) {
    MailFrom from = message.from();
    Reply unsafe = NEVER_TAKEN.recipient(from, to, message.accepted().size());
    if (unsafe != null) {
      return CompletableFuture.completedStage(Answer.ofTheRelay(Stage.RCPT, unsafe));
    }
    if (from.utf8() && !hop.keywords().contains(Extension.SMTPUTF8.name())) {
      return CompletableFuture.completedStage(utf8Elsewhere ? NO_UTF8_HERE : NO_UTF8);
    }
    return say(to)
        .thenCompose(this::unlessStale)
        .thenApply(
            answer -> {
              if (answer.isAccepted()) {
                message.accepted().add(to);
              }
              return answer;
            });
  }

  /** Asks for the text to begin. */
  CompletionStage<Answer> data() {
    return hop.say(Stage.DATA, "DATA")
        .thenApply(
            reply -> {
              if (reply.isPositive() && reply.code() != 354) {
                throw new NextHopLost(Failure.of(Stage.DATA, reply));
              }
              return Answer.of(Stage.DATA, reply);
            })
        .thenCompose(this::unlessStale);
  }

  /**
   * Says on a new connection what was said on one that proved dead.
   *
   * @return fails with {@link NextHopLost} when it isn't answered as before
   */
  CompletionStage<Envelope> sayAgain() {
    CompletionStage<Envelope> said = CompletableFuture.completedStage(this);
    for (RcptTo to : message.accepted()) {
      said = said.thenCompose(_ -> say(to)).thenApply(this::asBefore);
    }
    return said;
  }

  private Envelope asBefore(Answer answer) {
    if (!answer.isAccepted()) {
      String why = "a recipient accepted before is now " + answer.reply();
      Failure failure = answer.failure();
      throw failure == null
          ? new NextHopLost(Stage.RCPT, Kind.NONSENSE, why)
          : new NextHopLost(failure.stage(), Kind.REFUSED_FOR_NOW, why);
    }
    return this;
  }

  // --- A kept connection's first words -----------------------------------------------------------

  private CompletionStage<Answer> unlessStale(Answer answer) {
    boolean first = !answered;
    answered = true;
    Failure failure = answer.failure();
    if (!kept || failure == null) {
      return CompletableFuture.completedStage(answer);
    }
    if (!hop.isAlive() || (first && saysTimedOut(answer.reply()))) {
      return CompletableFuture.failedStage(new NextHopLost(failure));
    }
    return first
        ? hop.staysFor(RIGHT_BEHIND).thenApply(stays -> unlessGone(stays, answer, failure))
        : CompletableFuture.completedStage(answer);
  }

  private static boolean saysTimedOut(Reply reply) {
    return reply.isTransient() && TIMED_OUT.matcher(reply.lines().getFirst()).matches();
  }

  private static Answer unlessGone(boolean stays, Answer answer, Failure failure) {
    if (!stays) {
      throw new NextHopLost(failure);
    }
    return answer;
  }

  // --- MAIL and RCPT -----------------------------------------------------------------------------

  private CompletionStage<Answer> say(RcptTo to) {
    String rcpt = EnvelopeCommand.rcpt(to, hop.keywords());
    if (mailAccepted) {
      return hop.say(Stage.RCPT, rcpt).thenApply(reply -> sensible(Stage.RCPT, reply));
    }
    return hop.keywords().contains("PIPELINING") ? inOneGo(rcpt) : oneByOne(rcpt);
  }

  /** RFC 2920. */
  private CompletionStage<Answer> inOneGo(String rcpt) {
    var mail = hop.send(Stage.MAIL, mail());
    var answer = hop.say(Stage.RCPT, rcpt);
    return mail.thenApply(this::taken)
        .thenCompose(
            sender ->
                mailAccepted
                    ? answer.thenApply(reply -> sensible(Stage.RCPT, reply))
                    : answer.handle((_, _) -> sender));
  }

  private CompletionStage<Answer> oneByOne(String rcpt) {
    return hop.say(Stage.MAIL, mail())
        .thenApply(this::taken)
        .thenCompose(
            sender ->
                mailAccepted
                    ? hop.say(Stage.RCPT, rcpt).thenApply(reply -> sensible(Stage.RCPT, reply))
                    : CompletableFuture.completedStage(sender));
  }

  private String mail() {
    return EnvelopeCommand.mail(message.from(), hop.keywords());
  }

  private Answer taken(Reply reply) {
    Answer answer = sensible(Stage.MAIL, reply);
    mailAccepted = answer.isAccepted();
    return answer;
  }

  private static Answer sensible(Stage stage, Reply reply) {
    if (reply.code() / 100 == 3) {
      throw new NextHopLost(Failure.of(stage, reply));
    }
    return Answer.of(stage, reply);
  }
}
