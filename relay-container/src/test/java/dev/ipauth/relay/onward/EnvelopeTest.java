package dev.ipauth.relay.onward;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ipauth.relay.onward.Failure.Kind;
import dev.ipauth.relay.smtp.RcptTo;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What a message needs is looked for on the connection that it goes over. */
class EnvelopeTest {
  private static final RcptTo NOT_ASCII = new RcptTo("bé@example.org", null, null);

  private final EmbeddedChannel channel = new EmbeddedChannel();
  private final NextHopConnection hop =
      new NextHopConnection(channel, OnwardSettings.Timeouts.DEFAULT, new Backlog(1 << 20));
  private final Envelope envelope =
      new Envelope(
          new Message(Device.mail("FROM:<a@example.com> SMTPUTF8").from(), null), hop, false);

  EnvelopeTest() {
    channel.pipeline().addLast(hop);
    channel.freezeTime();
    channel.writeInbound(Unpooled.copiedBuffer("220 next.example\r\n", US_ASCII));
  }

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

  /** The first words on a kept connection, from a next hop that is about to close it. */
  private CompletableFuture<Answer> refused() {
    var kept =
        new Envelope(new Message(Device.mail("FROM:<a@example.com>").from(), null), hop, true);
    var answer = kept.offer(Device.rcpt("TO:<b@example.org>"), false).toCompletableFuture();
    channel.writeInbound(Unpooled.copiedBuffer("554 good bye\r\n", US_ASCII));
    assertFalse(answer.isDone(), "Whether it stays isn't known yet");
    return answer;
  }

  private static void assertLost(CompletableFuture<Answer> answer) {
    var failure = assertThrows(CompletionException.class, answer::join);
    assertInstanceOf(NextHopLost.class, failure.getCause());
  }

  @Test
  void whateverItSaysFirstWhenItClosesRightBehindItWasAboutTheConnection() {
    var answer = refused();
    channel.advanceTimeBy(99, TimeUnit.MILLISECONDS);
    channel.runScheduledPendingTasks();
    channel.close();
    assertLost(answer);
  }

  @Test
  void closingItsOwnSideAloneMeansNoLess() {
    var answer = refused();
    channel.pipeline().fireUserEventTriggered(ChannelInputShutdownEvent.INSTANCE);
    channel.runPendingTasks();
    assertLost(answer);
  }

  @Test
  void whereItStaysTheRefusalIsTheMessages() {
    var answer = refused();
    channel.advanceTimeBy(100, TimeUnit.MILLISECONDS);
    channel.runScheduledPendingTasks();
    assertEquals(554, answer.join().reply().code());
  }
}
