package dev.ipauth.relay.onward;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ipauth.relay.onward.Failure.Kind;
import dev.ipauth.relay.onward.Failure.Stage;
import dev.ipauth.relay.onward.OnwardSettings.Timeouts;
import dev.ipauth.relay.smtp.Reply;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/**
 * A reply that doesn't come in time ends the connection, and a message's place at the gate is given
 * back once, whenever its connection is lost.
 */
class NextHopConnectionTest {
  private final EmbeddedChannel channel = new EmbeddedChannel();
  private final NextHopConnection connection =
      new NextHopConnection(channel, Timeouts.DEFAULT, new Backlog(1 << 20));
  private final List<Boolean> left = new ArrayList<>();
  private final Pass pass = new Pass((_, counts) -> left.add(counts), Lane.DEVICES, "acme");

  NextHopConnectionTest() {
    channel.pipeline().addLast(connection);
    channel.freezeTime();
    connection.greeting().exceptionally(_ -> null);
  }

  @Test
  void lostBetweenItsOpeningAndItsUse() {
    channel.close();
    connection.carry(pass);
    assertEquals(List.of(false), left);
    connection.close();
    assertEquals(List.of(false), left);
  }

  @Test
  void lostWithAMessage() {
    connection.carry(pass);
    assertEquals(List.of(), left);
    connection.countMessage();
    channel.close();
    assertEquals(List.of(true), left);
  }

  /** For an account that has less of the next hop. */
  @Test
  void aMessageGivesWayAsLongAsItsEndIsntSaid() {
    hear("220 next.example");
    connection.carry(pass);
    var text = connection.awaitAnyTime(Stage.TEXT);
    pass.giveWay("other");
    channel.runPendingTasks();
    var lost = assertThrows(CompletionException.class, text::join);
    assertEquals(Kind.PACED, NextHopLost.of(Stage.TEXT, lost).failure().kind());
    assertFalse(channel.isOpen());
    assertEquals(List.of(false), left);
  }

  @Test
  void behindTheFinalDotItsAnswerIsAwaited() {
    hear("220 next.example");
    connection.carry(pass);
    var end = connection.awaitAnyTime(Stage.FINAL_DOT);
    connection.countMessage();
    pass.giveWay("other");
    channel.runPendingTasks();
    hear("250 queued");
    assertEquals(250, end.join().code());
  }

  @Test
  void whatItCarriedBeforeHasNoSayInWhatItCarriesNow() {
    connection.carry(pass);
    connection.handOver();
    connection.carry(Pass.free());
    pass.giveWay("other");
    channel.runPendingTasks();
    assertTrue(channel.isOpen());
  }

  @Test
  void handedOverItIsSomebodyElsesToGiveBack() {
    connection.carry(pass);
    Pass over = connection.handOver();
    channel.close();
    assertEquals(List.of(), left);
    over.leave();
    assertEquals(List.of(false), left);
  }

  @Test
  void aReplyThatDoesntComeInTimeEndsTheConnection() {
    hear("220 next.example");
    var reply = connection.say(Stage.RCPT, "RCPT TO:<b@example.org>");
    advance(Timeouts.DEFAULT.command().minusMillis(1));
    assertFalse(reply.isDone());
    assertTrue(channel.isOpen());

    advance(Duration.ofMillis(1));
    assertTimedOut(Stage.RCPT, reply);
    assertFalse(channel.isOpen());
  }

  @Test
  void longWaitingForTheFinalDotsAnswerTakesNothingFromTheCommandTimeoutsAfterwards() {
    hear("220 next.example");
    var end = connection.awaitAnyTime(Stage.FINAL_DOT);
    connection.boundFinal();
    advance(Timeouts.DEFAULT.finalDot().minusMillis(1));
    hear("250 queued");
    assertEquals(250, end.join().code());

    var reply = connection.say(Stage.MAIL, "MAIL FROM:<c@example.com>");
    advance(Timeouts.DEFAULT.command().minusMillis(1));
    assertFalse(reply.isDone());
    advance(Duration.ofMillis(1));
    assertTimedOut(Stage.MAIL, reply);
  }

  private void hear(String reply) {
    channel.writeInbound(Unpooled.copiedBuffer(reply + "\r\n", US_ASCII));
  }

  private void advance(Duration time) {
    channel.advanceTimeBy(time.toMillis(), TimeUnit.MILLISECONDS);
    channel.runScheduledPendingTasks();
  }

  private static void assertTimedOut(Stage stage, CompletableFuture<Reply> reply) {
    var failure = assertThrows(CompletionException.class, reply::join);
    var lost = assertInstanceOf(NextHopLost.class, failure.getCause()).failure();
    var expected = new Failure(stage, Kind.TIMED_OUT, "the next hop said nothing for 30.0 s");
    assertEquals(expected, lost);
  }
}
