package dev.ipauth.relay.onward;

import dev.ipauth.relay.onward.NextHopEvents.Stage;
import dev.ipauth.relay.smtp.MailFrom;
import dev.ipauth.relay.smtp.NextHop.Extension;
import dev.ipauth.relay.smtp.RcptTo;
import dev.ipauth.relay.smtp.Replies;
import dev.ipauth.relay.smtp.Reply;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * The envelope of one message, and how far the next hop has taken it.
 *
 * <p>MAIL goes over with the first recipient, and again with the next one while it is refused: its
 * refusal is the answer to the recipient that it went with.
 */
final class Envelope {
  private static final Reply UNSAFE = Replies.syntax("This can't be passed on to the next hop");

  private final MailFrom from;
  private final List<RcptTo> accepted = new ArrayList<>();
  private boolean mailAccepted;

  Envelope(MailFrom from) {
    this.from = from;
  }

  /** Whether the connection in use has a transaction under way. */
  boolean hasBegun() {
    return mailAccepted;
  }

  /** Offers a recipient, and the sender before it where that is still to be said. */
  CompletionStage<Reply> offer(NextHopConnection hop, RcptTo to) {
    return answer(hop, to)
        .thenApply(
            reply -> {
              if (isAccepted(reply)) {
                accepted.add(to);
              }
              return reply;
            });
  }

  /**
   * Says it again to another connection, up to the last recipient that was accepted.
   *
   * @return fails with {@link NextHopLost} when it isn't answered as before
   */
  CompletionStage<NextHopConnection> sayAgain(NextHopConnection hop) {
    mailAccepted = false;
    CompletionStage<NextHopConnection> said = CompletableFuture.completedStage(hop);
    for (RcptTo to : accepted) {
      said = said.thenCompose(_ -> answer(hop, to)).thenApply(reply -> asBefore(hop, reply));
    }
    return said;
  }

  private static NextHopConnection asBefore(NextHopConnection hop, Reply reply) {
    if (!isAccepted(reply)) {
      throw new NextHopLost(Stage.COMMAND, "a recipient accepted before is now " + reply);
    }
    return hop;
  }

  private CompletionStage<Reply> answer(NextHopConnection hop, RcptTo to) {
    if (!EnvelopeCommand.isSafe(from) || !EnvelopeCommand.isSafe(to)) {
      return CompletableFuture.completedStage(UNSAFE);
    }
    if (from.utf8() && !hop.keywords().contains(Extension.SMTPUTF8.name())) {
      return CompletableFuture.completedStage(Replies.NO_UTF8_BEHIND);
    }
    String rcpt = EnvelopeCommand.rcpt(to, hop.keywords());
    if (mailAccepted) {
      return hop.say(rcpt).thenApply(Envelope::sensible);
    }
    return hop.keywords().contains("PIPELINING") ? inOneGo(hop, rcpt) : oneByOne(hop, rcpt);
  }

  /** RFC 2920. */
  private CompletionStage<Reply> inOneGo(NextHopConnection hop, String rcpt) {
    var mail = hop.send(EnvelopeCommand.mail(from, hop.keywords()));
    var answer = hop.say(rcpt);
    return mail.thenCompose(
        reply ->
            takesMail(reply)
                ? answer.thenApply(Envelope::sensible)
                : answer.handle((_, _) -> reply));
  }

  private CompletionStage<Reply> oneByOne(NextHopConnection hop, String rcpt) {
    return hop.say(EnvelopeCommand.mail(from, hop.keywords()))
        .thenCompose(
            reply ->
                takesMail(reply)
                    ? hop.say(rcpt).thenApply(Envelope::sensible)
                    : CompletableFuture.completedStage(reply));
  }

  private boolean takesMail(Reply reply) {
    mailAccepted = isAccepted(sensible(reply));
    return mailAccepted;
  }

  private static boolean isAccepted(Reply reply) {
    return reply.code() / 100 == 2;
  }

  private static Reply sensible(Reply reply) {
    if (reply.code() / 100 == 3) {
      throw new NextHopLost(Stage.COMMAND, "out of place: " + reply);
    }
    return reply;
  }
}
