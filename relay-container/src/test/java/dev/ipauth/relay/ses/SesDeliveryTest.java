package dev.ipauth.relay.ses;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ipauth.relay.onward.Delivery;
import dev.ipauth.relay.onward.Failure.Kind;
import dev.ipauth.relay.onward.Lane;
import dev.ipauth.relay.onward.NextHopEvents;
import dev.ipauth.relay.onward.Onward;
import dev.ipauth.relay.onward.OnwardSettings.Timeouts;
import dev.ipauth.relay.onward.Pace;
import dev.ipauth.relay.smtp.MailFrom;
import dev.ipauth.relay.smtp.RcptTo;
import dev.ipauth.relay.smtp.Replies;
import dev.ipauth.relay.smtp.Reply;
import dev.ipauth.relay.smtp.Submission;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.exception.SdkClientException;

/** Messages to SES, at a fake that verifies each signature and answers as SES does. */
class SesDeliveryTest {
  private final Path folder;
  private final FakeSes ses = new FakeSes();
  private final List<String> happened = new CopyOnWriteArrayList<>();

  SesDeliveryTest(@TempDir Path folder) throws IOException {
    this.folder = folder;
  }

  @AfterEach
  void close() {
    ses.close();
  }

  private WayToSes way() {
    return new WayToSes(ses.endpoint(), folder, events());
  }

  private static Delivery delivery(Onward onward) {
    return onward.delivery(WayToSes.LOOP, Lane.DEVICES);
  }

  private Delivery delivery(AwsCredentialsProvider credentials) {
    WayToSes way = way();
    way.credentials = credentials;
    return delivery(way.open());
  }

  private Delivery delivery() {
    return delivery(way().open());
  }

  /** Remembers the name of each event. */
  private NextHopEvents events() {
    return (NextHopEvents)
        Proxy.newProxyInstance(
            getClass().getClassLoader(),
            new Class<?>[] {NextHopEvents.class},
            (_, method, _) -> {
              happened.add(method.getName());
              return null;
            });
  }

  private static MailFrom from(String address) {
    return new MailFrom(address, -1, false, false, null, null);
  }

  private <T> T ask(Supplier<CompletionStage<T>> question) {
    return CompletableFuture.supplyAsync(question, WayToSes.LOOP)
        .thenCompose(answer -> answer)
        .orTimeout(60, TimeUnit.SECONDS)
        .join();
  }

  private static Submission submission(String sender) {
    var owner = new Submission.Owner("scanner_3@büro", "acme 1");
    return new Submission("id1", null, owner, from(sender));
  }

  private Reply recipient(Delivery delivery, String address) {
    return ask(() -> delivery.recipient(new RcptTo(address, null, null)));
  }

  private Reply send(Delivery delivery, String sender, String text) {
    Reply begun = ask(() -> delivery.begin(submission(sender)));
    assertEquals(250, begun.code());
    Reply taken = recipient(delivery, "b@example.org");
    if (taken.code() != 250) {
      return taken;
    }
    assertEquals(Replies.SEND_TEXT, ask(delivery::data));
    return ask(
        () -> {
          // In pieces that cut lines and dots anywhere.
          byte[] octets = text.getBytes(ISO_8859_1);
          for (int at = 0; at < octets.length; at += 7) {
            int length = Math.min(7, octets.length - at);
            delivery.text(Unpooled.copiedBuffer(octets, at, length));
          }
          return delivery.finish();
        });
  }

  @Test
  void aMessageIsOneSignedRequest() {
    String text = "Subject: scan\r\n\r\n..dot\r\n...\r\nend\r\n";
    Reply heard = send(delivery(), "scanner@example.com", text);
    assertEquals("250 2.0.0 Ok 0100-1", heard.toString());
    String raw = "Subject: scan\r\n\r\n.dot\r\n..\r\nend\r\n";
    String data = Base64.getEncoder().encodeToString(raw.getBytes(ISO_8859_1));
    assertEquals(
        "{\"FromEmailAddress\":\"scanner@example.com\","
            + "\"Destination\":{\"ToAddresses\":[\"b@example.org\"]},"
            + "\"Content\":{\"Raw\":{\"Data\":\""
            + data
            + "\"}},\"EmailTags\":["
            + "{\"Name\":\"smtp-user\",\"Value\":\"scanner_5f3_40b_c3_bcro\"},"
            + "{\"Name\":\"account\",\"Value\":\"acme_201\"}],"
            + "\"ConfigurationSetName\":\"office\"}",
        ses.bodies.getFirst());
    assertEquals(List.of("answered"), happened);
  }

  @Test
  void everyLengthIsBase64OfExactlyTheText() {
    Delivery delivery = delivery();
    var random = new Random(20261127);
    for (int length : new int[] {0, 1, 2, 3, 4, 24 * 1024 - 1, 24 * 1024, 24 * 1024 + 1, 150_000}) {
      byte[] octets = new byte[length];
      random.nextBytes(octets);
      String text = "X\r\n" + new String(octets, ISO_8859_1).replaceAll("[\r\n.]", "x") + "\r\n";
      assertEquals(250, send(delivery, "a@example.com", text).code());
      String body = ses.bodies.getLast();
      int start = body.indexOf("\"Data\":\"") + 8;
      String data = body.substring(start, body.indexOf('"', start));
      assertEquals(text, new String(Base64.getDecoder().decode(data), ISO_8859_1));
    }
  }

  @Test
  void aNullSenderIsSentAsBounceFrom() {
    send(delivery(), "", "Subject: report\r\n\r\nx\r\n");
    assertTrue(ses.bodies.getFirst().contains("\"FromEmailAddress\":\"postmaster@relay.example\""));
  }

  @Test
  void theFiftyFirstRecipientIsForAnotherMessage() {
    Delivery delivery = delivery();
    ask(() -> delivery.begin(submission("a@example.com")));
    IntStream.range(0, 50)
        .forEach(i -> assertEquals(250, recipient(delivery, "r" + i + "@example.org").code()));
    assertEquals(Replies.TOO_MANY_RECIPIENTS, recipient(delivery, "r50@example.org"));
    assertEquals(Kind.REFUSED_FOR_NOW, kind(delivery));
  }

  private static Kind kind(Delivery delivery) {
    var failure = delivery.failure();
    return failure == null ? Kind.NONSENSE : failure.kind();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "b@localhost", "b@[192.0.2.1]", "\"b c\"@example.org", "b@exa_mple.org", "b@-example.org",
        "b@example..org", "b..c@example.org", ".b@example.org", "b@bücher.example", "bü@example.org"
      })
  void oneThatSesWouldRefuseCostsTheOthersNothing(String address) {
    Delivery delivery = delivery();
    ask(() -> delivery.begin(submission("a@example.com")));
    assertEquals(250, recipient(delivery, "good@example.org").code());
    Reply refused = recipient(delivery, address);
    assertEquals(501, refused.code());
    assertTrue(refused.toString().startsWith("501 5.1.3 "), refused::toString);
    assertEquals(Kind.REFUSED_FOR_GOOD, kind(delivery));
    assertEquals(250, recipient(delivery, "other@example.org").code());
  }

  @Test
  void aSenderThatSesWouldRefuseIsRefusedAtMail() {
    Reply refused = ask(() -> delivery().begin(submission("a@localhost")));
    assertTrue(refused.toString().startsWith("501 5.1.7 "), refused::toString);
  }

  // --- What SES answers --------------------------------------------------------------------------

  @Test
  void retryAfterIsHeeded() {
    ses.answer =
        new FakeSes.Answer(429, "TooManyRequestsException", "{}", Map.of("Retry-After", "60"));
    Delivery delivery = delivery();
    assertEquals(Replies.THROTTLED, send(delivery, "a@example.com", "x\r\n"));
    ses.answer = FakeSes.TAKEN;
    assertEquals(Replies.THROTTLED, send(delivery, "a@example.com", "x\r\n"));
    assertEquals(1, ses.requests.get());
  }

  @Test
  void aLostConnectionIsNeverAskedAgain() {
    ses.drops = true;
    Delivery delivery = delivery();
    assertEquals(Replies.NEXT_HOP_FAILED, send(delivery, "a@example.com", "x\r\n"));
    assertEquals(1, ses.requests.get());
    assertEquals(List.of("failed", "ambiguous", "unanswered"), happened);
  }

  @Test
  void anotherSecretIsTheOperatorsFault() {
    var wrong = StaticCredentialsProvider.create(AwsBasicCredentials.create(FakeSes.KEY, "wrong"));
    Delivery delivery = delivery(wrong);
    assertEquals(Replies.MISCONFIGURED, send(delivery, "a@example.com", "x\r\n"));
    assertEquals(List.of(), ses.bodies);
  }

  @Test
  void noCredentialsAtAllAreTheOperatorsFault() {
    AwsCredentialsProvider none =
        () -> {
          throw SdkClientException.create("Unable to load credentials");
        };
    Delivery delivery = delivery(none);
    assertEquals(Replies.MISCONFIGURED, send(delivery, "a@example.com", "x\r\n"));
    assertEquals(Kind.OPERATOR, kind(delivery));
  }

  @Test
  void nobodyThereIsAFaultOfTheOpening() {
    ses.close();
    Delivery delivery = delivery();
    assertEquals(Replies.NEXT_HOP_FAILED, send(delivery, "a@example.com", "x\r\n"));
    assertEquals(Kind.UNREACHABLE, kind(delivery));
  }

  /**
   * Nobody has set NEXT_HOP_CONNECTIONS: hundreds that end together are asked one after another.
   */
  @Test
  void aCrowdIsAHundredRequestsAtOnce() throws InterruptedException {
    ses.answers = new CountDownLatch(1);
    Onward onward = way().open();
    List<CompletableFuture<Reply>> heard =
        Stream.generate(() -> sending(onward)).limit(250).toList();
    for (int tries = 0; ses.requests.get() < 100 && tries < 600; tries++) {
      Thread.sleep(100);
    }
    Thread.sleep(500);
    assertEquals(100, ses.requests.get());
    ses.answers.countDown();
    heard.forEach(each -> assertEquals(250, each.join().code()));
  }

  /** Nothing of it has gone to SES, so it takes no place of those that go in this minute. */
  @Test
  void whoeverWaitsInVainForARequestIsSentLater() throws InterruptedException {
    ses.answers = new CountDownLatch(1);
    WayToSes way = way();
    way.pace = new Pace(0, 101);
    var soon = Duration.ofMillis(500);
    way.timeouts = new Timeouts(soon, soon, Duration.ofMinutes(1), Duration.ofMinutes(1));
    Onward onward = way.open();
    List<CompletableFuture<Reply>> heard =
        Stream.generate(() -> sending(onward)).limit(101).toList();
    CompletableFuture.anyOf(heard.toArray(CompletableFuture<?>[]::new)).join();
    ses.answers.countDown();
    Map<Integer, Long> codes =
        heard.stream().collect(groupingBy(each -> each.join().code(), counting()));
    assertEquals(Map.of(250, 100L, 451, 1L), codes);
    assertEquals(250, sending(onward).join().code());
  }

  /** Its text has ended when this is answered; what SES says to it comes later. */
  private CompletableFuture<Reply> sending(Onward onward) {
    Delivery delivery = delivery(onward);
    ask(() -> delivery.begin(submission("a@example.com")));
    assertEquals(250, recipient(delivery, "b@example.org").code());
    return CompletableFuture.supplyAsync(delivery::finish, WayToSes.LOOP)
        .thenCompose(reply -> reply)
        .orTimeout(60, TimeUnit.SECONDS);
  }

  /** However a message ends, its place is free for the next one. */
  @Test
  void oneThatCannotEvenBeAskedGivesThePlaceBack() {
    WayToSes way = way();
    way.pace = new Pace(1, 0);
    Onward onward = way.open();
    Delivery delivery = delivery(onward);
    onward.close();
    assertEquals(Replies.NEXT_HOP_FAILED, send(delivery, "a@example.com", "x\r\n"));
    assertEquals(List.of("failed"), happened);
    assertEquals(Replies.NEXT_HOP_FAILED, send(delivery, "a@example.com", "x\r\n"));
    assertEquals(0, ses.requests.get());
  }

  /** Nothing goes over before a text has ended, so whoever gives way loses nothing by it. */
  @Test
  void aDeviceThatHoldsThePlaceForLongGivesWayAndIsSentLater() {
    WayToSes way = way();
    way.pace = new Pace(1, 0);
    var soon = Duration.ofMillis(100);
    way.timeouts = new Timeouts(soon, soon, Duration.ofMinutes(1), Duration.ofMinutes(1));
    Onward onward = way.open();
    Delivery slow = delivery(onward);
    ask(() -> slow.begin(submission("slow@example.com")));
    assertEquals(250, recipient(slow, "b@example.org").code());
    Delivery other = delivery(onward);
    var report = new Submission("id2", null, null, from("a@example.com"));
    ask(() -> other.begin(report));
    assertEquals(250, recipient(other, "c@example.org").code());
    ask(
        () -> {
          other.abandon();
          return CompletableFuture.completedStage(true);
        });
    assertEquals(Replies.SEND_TEXT, ask(slow::data));
    assertEquals(250, ask(slow::finish).code());
    assertEquals(1, ses.bodies.size());
  }

  @Test
  void afterAnAbandonedMessageTheNextIsWhole() {
    Delivery delivery = delivery();
    ask(() -> delivery.begin(submission("a@example.com")));
    recipient(delivery, "first@example.org");
    ask(
        () -> {
          delivery.text(Unpooled.copiedBuffer("half".getBytes(UTF_8)));
          delivery.abandon();
          return CompletableFuture.completedStage(true);
        });
    assertEquals(250, send(delivery, "a@example.com", "x\r\n").code());
    assertEquals(1, ses.bodies.size());
    assertFalse(ses.bodies.getFirst().contains("first@"));
    assertNull(delivery.failure());
  }

  /** Beyond what is held in memory it goes to a file without a name. */
  @Test
  void aLargeMessageGoesByWayOfAFile() throws IOException {
    Delivery delivery = delivery();
    ask(() -> delivery.begin(submission("a@example.com")));
    recipient(delivery, "b@example.org");
    var line = new byte[1 << 16];
    Arrays.fill(line, (byte) 'x');
    int pieces = 20 << 4; // 20 MiB
    for (int i = 0; i < pieces; i++) {
      ask(
          () -> {
            delivery.text(Unpooled.wrappedBuffer(line));
            var writable = new CompletableFuture<Boolean>();
            if (delivery.isWritable()) {
              writable.complete(true);
            } else {
              delivery.whenWritable(() -> writable.complete(true));
            }
            return writable;
          });
    }
    assertEquals(250, ask(delivery::finish).code());
    assertTrue(ses.lastLength > (20L << 20) * 4 / 3, () -> "" + ses.lastLength);
    try (var files = Files.list(folder)) {
      assertEquals(List.of(), new ArrayList<>(files.toList()));
    }
  }
}
