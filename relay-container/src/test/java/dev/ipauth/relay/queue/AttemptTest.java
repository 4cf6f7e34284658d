package dev.ipauth.relay.queue;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ipauth.relay.queue.AttemptResult.ForRecipient;
import dev.ipauth.relay.smtp.NextHop.Extension;
import dev.ipauth.tables.QueuedMessage;
import io.netty.channel.DefaultEventLoop;
import io.netty.channel.EventLoop;
import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AttemptTest {
  private final EventLoop loop = new DefaultEventLoop();
  private final FakeQueueTable table = new FakeQueueTable();
  private volatile Duration lease = Duration.ofMinutes(15);
  private Duration pauseOfLoop = Duration.ZERO;
  private volatile Instant now = Messages.TAKEN.plusSeconds(60);

  @AfterEach
  void end() {
    loop.shutdownGracefully(0, 1, TimeUnit.SECONDS);
  }

  /**
   * What an attempt at a message for a@x and b@x comes to.
   *
   * @param recipients what the next hop says to each {@code RCPT}, as far as it is asked
   * @param results for a@x and b@x: delivered, refused for good, not now
   */
  @ParameterizedTest
  @CsvSource({
    "250 250,         354,       250,       delivered delivered, false",
    "250 550,         354,       250,       delivered refused,   false",
    "250 450,         354,       250,       delivered not-now,   false",
    "550 450,         ,          ,          refused not-now,     false",
    "250 250,         354,       450,       not-now not-now,     false",
    "250 250,         354,       550,       refused refused,     false",
    "250 550,         354,       450,       not-now refused,     false",
    "250 450,         354,       550,       refused not-now,     false",
    "250 250,         354,       lost,      not-now not-now,     false",
    "250 250,         451,       ,          not-now not-now,     false",
    "250 250,         550,       ,          refused refused,     false",
    "250 250,         lost,      ,          not-now not-now,     false",
    "lost,            ,          ,          not-now not-now,     false",
    "250 lost,        ,          ,          not-now not-now,     false",
    "250 421,         ,          ,          not-now not-now,     false",
    "550 421,         ,          ,          not-now not-now,     false",
    "MAIL:550 MAIL:550, ,        ,          refused refused,     false",
    "530,             ,          ,          not-now not-now,     true",
    "250 535,         ,          ,          not-now not-now,     true",
    "250 250,         530,       ,          not-now not-now,     true",
    "250 250,         354,       550/5.7.60, not-now not-now,    true",
    "250 550/5.7.60,  ,          ,          not-now not-now,     true",
    "250 250,         354,       550/5.7.61, refused refused,    false"
  })
  void whatTheNextHopSaysHoldsForWhomItIsSaidOf(
      String recipients,
      @Nullable String data,
      @Nullable String finalDot,
      String results,
      boolean operatorFault)
      throws IOException, LeaseWatch.Lost {
    List<String> said = Arrays.asList(recipients.split(" ", -1));
    var hop = new ScriptedDelivery(said, orNone(data), orNone(finalDot));

    AttemptResult result = attempt(hop, text(), "a@x", "b@x");

    assertEquals(results, words(result));
    assertEquals(operatorFault, result.operatorFault());
  }

  @Test
  void aMessageThatNobodyIsTakenForSaysNoText() throws IOException, LeaseWatch.Lost {
    var hop = new ScriptedDelivery(List.of("550", "450"), "354", "250");

    attempt(hop, unreadable(), "a@x", "b@x");

    assertEquals(List.of(), hop.has);
  }

  @Test
  void whoeverWasToldAlreadyIsNotAskedAgain() throws IOException, LeaseWatch.Lost {
    var hop = new ScriptedDelivery(List.of("250"), "354", "250");
    QueuedMessage message = Messages.to("a@x", "b@x");
    var recipients =
        List.of(
            message.recipients().getFirst().now(QueuedMessage.Recipient.State.DELIVERED, "250 ok"),
            message.recipients().getLast());

    AttemptResult result = attempt(hop, text(), Messages.message("abc123", recipients));

    assertEquals("delivered", words(result));
    assertEquals(List.of("b@x"), hop.has);
  }

  @Test
  void aLeaseIsRenewedWhileTheTextGoesOver() throws IOException, LeaseWatch.Lost {
    var hop = hopThatTakesAll();

    AttemptResult result = attempt(hop, textThatTakes(Duration.ofMinutes(10)), "a@x");

    assertEquals("delivered", words(result));
    assertTrue(table.read("abc123").orElseThrow().isUnderWay(now.plus(Duration.ofMinutes(10))));
  }

  @Test
  void whoeverWasPausedPastItsLeaseSaysNoFinalDot() {
    var hop = hopThatTakesAll();

    assertThrows(
        LeaseWatch.Lost.class, () -> attempt(hop, textThatTakes(Duration.ofMinutes(16)), "a@x"));
    assertEquals(List.of(), hop.has);
  }

  /** The pause is between the last look at the lease and the final dot itself. */
  @Test
  void neitherDoesAnEventLoopThatWasPausedPastTheLease() {
    var hop = hopThatTakesAll();
    pauseOfLoop = Duration.ofMinutes(16);

    assertThrows(LeaseWatch.Lost.class, () -> attempt(hop, text(), "a@x"));
    assertEquals(List.of(), hop.has);
  }

  @Test
  void whoeverFindsItsMessageAtAnotherRelaySaysNoFinalDot() {
    var hop = hopThatTakesAll();
    InputStream text =
        textThat(
            () -> {
              now = now.plus(Duration.ofMinutes(10));
              QueuedMessage row = table.read("abc123").orElseThrow();
              table.move(
                  row, row.moved(row.progress().leased(new QueuedMessage.Lease("x/1", now))));
            });

    assertThrows(LeaseWatch.Lost.class, () -> attempt(hop, text, "a@x"));
    assertEquals(List.of(), hop.has);
  }

  @Test
  void aTextThatCannotBeReadLeavesNothingAtTheNextHop() {
    var hop = hopThatTakesAll();

    assertThrows(IOException.class, () -> attempt(hop, unreadable(), "a@x"));
    assertEquals(List.of(), hop.has);
    assertTrue(hop.isAbandoned);
  }

  /** A clock that is set forward, while the next hop looks for viruses. */
  @Test
  @Timeout(60)
  void whatTheNextHopSaidIsHeardThoughTheLeaseBeLostMeanwhile() throws Exception {
    lease = Duration.ofMillis(400);
    var hop = new ScriptedDelivery(List.of("250"), "354", "silent");
    var attempt = new FutureTask<>(() -> attempt(hop, text(), "a@x"));
    Thread.ofVirtual().start(attempt);
    while (!hop.isSilent) {
      Thread.sleep(1);
    }
    now = now.plus(Duration.ofMinutes(1));
    // It finds that the lease is lost, and goes on listening.
    Thread.sleep(lease.toMillis());
    hop.sayLate("250");

    assertEquals("delivered", words(attempt.get()));
    assertEquals(List.of("a@x"), hop.has);
  }

  @ParameterizedTest
  @CsvSource({"true", "false"})
  void whetherTheNextHopReportsDeliveriesIsWhatItOffers(boolean offersDsn)
      throws IOException, LeaseWatch.Lost {
    var hop = hopThatTakesAll();
    hop.offers = offersDsn ? Set.of(Extension.DSN) : Set.of(Extension.SMTPUTF8);

    assertEquals(offersDsn, attempt(hop, text(), "a@x").reportsDeliveries());
  }

  // --- What it is made with
  // ------------------------------------------------------------------------

  private static ScriptedDelivery hopThatTakesAll() {
    return new ScriptedDelivery(List.of("250"), "354", "250");
  }

  private AttemptResult attempt(ScriptedDelivery hop, InputStream text, String... to)
      throws IOException, LeaseWatch.Lost {
    return attempt(hop, text, Messages.to(to));
  }

  private AttemptResult attempt(ScriptedDelivery hop, InputStream text, QueuedMessage message)
      throws IOException, LeaseWatch.Lost {
    table.put(message);
    var clocks = new LeaseWatch.Clocks(this::time, () -> time().toEpochMilli() * 1_000_000);
    LeaseWatch watch = LeaseWatch.take(table, clocks, lease, message).orElseThrow();
    var answers = new Answers(Set.of("5.7.60"));
    return new Attempt(loop, hop, answers, watch.message(), watch).make(text, now);
  }

  /** A loop that was paused sees a later time than whoever looked before. */
  private Instant time() {
    return loop.inEventLoop() ? now.plus(pauseOfLoop) : now;
  }

  private static InputStream text() {
    return new ByteArrayInputStream("Subject: a scan\r\n\r\n..\r\n".getBytes(US_ASCII));
  }

  private InputStream textThatTakes(Duration time) {
    return textThat(() -> now = now.plus(time));
  }

  private interface AtItsEnd {
    void run() throws IOException;
  }

  private static InputStream textThat(AtItsEnd atItsEnd) {
    return new FilterInputStream(text()) {
      @Override
      public int read(byte[] into, int from, int length) throws IOException {
        int read = super.read(into, from, length);
        if (read < 0) {
          atItsEnd.run();
        }
        return read;
      }
    };
  }

  private static InputStream unreadable() {
    return textThat(
        () -> {
          throw new IOException("the disk is broken");
        });
  }

  private static String orNone(@Nullable String said) {
    return said == null ? "not to be asked" : said;
  }

  private static String words(AttemptResult result) {
    return result.recipients().stream().map(AttemptTest::word).collect(Collectors.joining(" "));
  }

  private static String word(ForRecipient result) {
    return switch (result) {
      case ForRecipient.Delivered _ -> "delivered";
      case ForRecipient.RefusedForGood _ -> "refused";
      case ForRecipient.NotNow _ -> "not-now";
    };
  }
}
