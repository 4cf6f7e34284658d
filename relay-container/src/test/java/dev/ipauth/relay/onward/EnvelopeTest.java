package dev.ipauth.relay.onward;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ipauth.relay.onward.Failure.Kind;
import dev.ipauth.relay.smtp.RcptTo;
import io.netty.channel.embedded.EmbeddedChannel;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What a message needs is looked for on the connection that it goes over. */
class EnvelopeTest {
  private static final RcptTo NOT_ASCII = new RcptTo("bé@example.org", null, null);

  private final EmbeddedChannel channel = new EmbeddedChannel();
  private final NextHopConnection hop =
      new NextHopConnection(channel, OnwardSettings.Timeouts.DEFAULT, new Backlog(1 << 20));
  private final Envelope envelope =
      new Envelope(new Message(Device.mail("FROM:<a@example.com> SMTPUTF8").from()), hop, false);

  private Answer offer(boolean utf8Elsewhere) {
    Answer answer = envelope.offer(NOT_ASCII, utf8Elsewhere).toCompletableFuture().join();
    assertTrue(channel.outboundMessages().isEmpty(), "Something went over");
    return answer;
  }

  @Test
  void whereNobodyTakesUtf8ItIsRefusedForGood() {
    hop.offers(Set.of("PIPELINING"));
    Answer answer = offer(false);
    assertEquals(553, answer.reply().code());
    assertEquals(
        new Failure(Failure.Stage.MAIL, Kind.REFUSED_FOR_GOOD, answer.reply().toString()),
        answer.failure());
  }

  @Test
  void whereOthersOfItsServersDoItIsRefusedForNow() {
    hop.offers(Set.of("PIPELINING"));
    assertEquals(451, offer(true).reply().code());
  }
}
