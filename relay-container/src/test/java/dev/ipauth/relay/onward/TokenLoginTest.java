package dev.ipauth.relay.onward;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ipauth.relay.oauth.FakeIssuer;
import dev.ipauth.relay.oauth.FakeIssuer.Answer;
import dev.ipauth.relay.oauth.Grant;
import dev.ipauth.relay.oauth.OAuthSettings;
import dev.ipauth.relay.onward.OnwardSettings.Timeouts;
import dev.ipauth.relay.smtp.Replies;
import dev.ipauth.relay.smtp.Reply;
import dev.ipauth.relay.tls.Certificate.PemFiles;
import dev.ipauth.relay.tls.CertificateWatch;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Logging in with a token, at a mailbox that looks at every octet, by an issuer with faults. */
class TokenLoginTest {
  private static final Duration TIMEOUT = Duration.ofSeconds(20);

  private final FakeMailbox mailbox = new FakeMailbox();
  private final FakeIssuer issuer = new FakeIssuer(TestCertificates.server("127.0.0.1"));
  private final RecordingEvents events = new RecordingEvents();
  private @Nullable Onward onward;

  TokenLoginTest() throws IOException {}

  @AfterEach
  void close() {
    if (onward != null) {
      onward.close();
    }
    mailbox.close();
    issuer.close();
  }

  private Onward onward(String url, Duration timeout) throws IOException {
    return onward(url, timeout, Pace.UNLIMITED);
  }

  private Onward onward(String url, Duration timeout, Pace pace) throws IOException {
    var client = new Grant.ClientCredentials("app", "secret", "scope");
    var tokens = new OAuthSettings(issuer.url(), client, TestCertificates.pem(), TIMEOUT, timeout);
    var made =
        new Onward(
            new OnwardSettings(
                NextHopAddress.parse(url),
                "relay.example",
                new Login.Token("scanner@example.com", tokens),
                TestCertificates.pem(),
                null,
                new Timeouts(timeout, timeout, timeout, timeout),
                Duration.ofHours(1),
                100,
                pace),
            Device.TRANSPORT,
            events);
    onward = made;
    return made;
  }

  private static CompletableFuture<Reply> send(Device device) {
    return device
        .ask(delivery -> delivery.begin(Device.mail("FROM:<scanner@example.com>")))
        .thenCompose(
            _ -> device.ask(delivery -> delivery.recipient(Device.rcpt("TO:<b@example.org>"))))
        .thenCompose(
            reply ->
                reply.code() == 250
                    ? device.ask(SmtpDelivery::data)
                    : CompletableFuture.completedFuture(reply))
        .thenCompose(
            reply ->
                reply.code() == 354
                    ? device.ask(
                        delivery -> {
                          byte[] text = "Subject: scan\r\n\r\nscan\r\n".getBytes(US_ASCII);
                          delivery.text(Unpooled.wrappedBuffer(text));
                          return delivery.finish();
                        })
                    : CompletableFuture.completedFuture(reply));
  }

  private String sendOne() throws IOException {
    return Device.written(Device.await(send(new Device(onward(mailbox.url(), TIMEOUT)))));
  }

  @Test
  void fiftyConnectionsAndOneToken() throws IOException {
    Onward shared = onward(mailbox.url(), TIMEOUT);
    var sent = IntStream.range(0, 50).mapToObj(_ -> send(new Device(shared))).toList();
    sent.forEach(each -> assertEquals(250, Device.await(each).code()));
    assertEquals(1, issuer.requests.size());
    assertEquals(50, mailbox.messages.get());
    assertEquals("user=scanner@example.com\1auth=Bearer token-1\1\1", mailbox.logins.getFirst());
    assertEquals(List.of(), mailbox.faults);
  }

  @Test
  void aTokenThatWasRevokedIsFetchedAnewOnceForAll() throws IOException {
    mailbox.good = "token-2"::equals;
    Onward shared = onward(mailbox.url(), TIMEOUT);
    var sent = IntStream.range(0, 20).mapToObj(_ -> send(new Device(shared))).toList();
    sent.forEach(each -> assertEquals(250, Device.await(each).code()));
    assertEquals(2, issuer.requests.size());
    assertEquals(List.of(), mailbox.faults);
  }

  @Test
  void aSecondRefusalIsTheOperatorsFault() throws IOException {
    mailbox.good = _ -> false;
    mailbox.explains = true;
    assertEquals(Device.written(Replies.MISCONFIGURED), sendOne());
    assertEquals(2, issuer.requests.size());
    assertEquals(2, mailbox.logins.size());
    assertEquals(List.of("failed AUTH OPERATOR"), events.counted);
    assertEquals(
        "the next hop refuses the access token: 535 5.7.3 Authentication unsuccessful",
        events.reasons.getLast());
    assertEquals(List.of(), mailbox.faults);
  }

  @Test
  void anExpiredSecretIsTheOperatorsFault() throws IOException {
    issuer.answers = _ -> new Answer(401, "{\"error\":\"invalid_client\"}");
    assertEquals(Device.written(Replies.MISCONFIGURED), sendOne());
    assertEquals(0, mailbox.connections.get(), "nobody knocks without a token");
  }

  @Test
  void anIssuerThatAsksForPatienceIs454() throws IOException {
    issuer.answers = _ -> new Answer(429, "", Map.of("Retry-After", "60"));
    assertEquals(Device.written(Replies.THROTTLED), sendOne());
  }

  @Test
  void anIssuerThatLiesOrSaysNothingIs451() throws IOException {
    issuer.answers = _ -> new Answer(200, "<html>Sign in</html>");
    assertEquals(Device.written(Replies.NEXT_HOP_FAILED), sendOne());
    issuer.answers = _ -> new Answer(200, null);
    var hasty = new Device(onward(mailbox.url(), Duration.ofMillis(500)));
    Reply heard = Device.await(send(hasty));
    assertEquals(Replies.NEXT_HOP_FAILED, heard);
  }

  @Test
  void aMailboxWithoutXoauth2IsShownNothing() throws IOException {
    mailbox.mechanisms = "LOGIN PLAIN";
    assertEquals(Device.written(Replies.MISCONFIGURED), sendOne());
    assertEquals("the next hop doesn't offer AUTH XOAUTH2", events.reasons.getLast());
    assertEquals(List.of(), mailbox.logins);
  }

  /** What Microsoft 365 allows a mailbox; it says 432 4.3.2 to whatever is over. */
  @Test
  void twentyDevicesHaveThreeConnectionsKeptOnesIncluded() throws IOException {
    mailbox.most = 3;
    Onward paced = onward(mailbox.url(), TIMEOUT, new Pace(3, 0));
    for (int round = 0; round < 2; round++) {
      var sent = IntStream.range(0, 10).mapToObj(_ -> send(new Device(paced))).toList();
      sent.forEach(each -> assertEquals("250 2.0.0 sent", Device.written(Device.await(each))));
    }
    assertEquals(20, mailbox.messages.get());
    assertTrue(mailbox.mostAtOnce.get() <= 3, mailbox.mostAtOnce::toString);
  }

  @Test
  void whatIsOverTheMinuteWaitsAndIs451() throws IOException {
    Onward paced = onward(mailbox.url(), Duration.ofSeconds(10), new Pace(0, 3));
    var sent = IntStream.range(0, 5).mapToObj(_ -> send(new Device(paced))).toList();
    var heard = sent.stream().map(Device::await).map(Reply::code).sorted().toList();
    assertEquals(List.of(250, 250, 250, 451, 451), heard);
    assertEquals(3, mailbox.messages.get());
    assertEquals(0, events.counted.stream().filter(each -> each.contains("CONNECT")).count());
  }

  @Test
  void whatTheMailboxSaysOfItsLimitsIsPassedOn() throws IOException {
    mailbox.mostMessages = 0;
    assertEquals("432 4.3.2 STOREDRV.ClientSubmit; sender thread limit exceeded", sendOne());
  }

  @Test
  void aPasswordWhereBasicAuthenticationIsOffIsTheOperatorsFault() throws IOException {
    var settings =
        new OnwardSettings(
            NextHopAddress.parse(mailbox.url()),
            "relay.example",
            new Login.Password("scanner@example.com", "secret"),
            TestCertificates.pem(),
            null,
            Timeouts.DEFAULT,
            TIMEOUT,
            1,
            Pace.UNLIMITED);
    onward = new Onward(settings, Device.TRANSPORT, events);
    assertEquals(451, Device.await(send(new Device(onward))).code());
    assertEquals(List.of("failed AUTH OPERATOR"), events.counted);
    assertEquals(
        "the next hop said 550 5.7.30 Basic authentication is not supported",
        events.reasons.getLast());
  }

  @Test
  void aStrangerIsShownNothing() throws IOException {
    try (var stranger = new FakeMailbox(TestCertificates.server("other.example"), false)) {
      var device = new Device(onward(stranger.url(), TIMEOUT));
      assertEquals(451, Device.await(send(device)).code());
      assertEquals(List.of(), stranger.logins);
      assertTrue(
          events.reasons.getLast().contains("is for other.example, not for 127.0.0.1"),
          events.reasons::toString);
    }
  }

  @Test
  void anIssuerOfAnotherNameIsSentNoSecret() throws IOException {
    try (var stranger = new FakeIssuer(TestCertificates.server("other.example"))) {
      issuer.close();
      var tokens =
          new OAuthSettings(
              stranger.url(),
              new Grant.ClientCredentials("app", "secret", null),
              TestCertificates.pem(),
              TIMEOUT,
              TIMEOUT);
      var settings =
          new OnwardSettings(
              NextHopAddress.parse(mailbox.url()),
              "relay.example",
              new Login.Token("scanner@example.com", tokens),
              TestCertificates.pem(),
              null,
              Timeouts.DEFAULT,
              TIMEOUT,
              1,
              Pace.UNLIMITED);
      onward = new Onward(settings, Device.TRANSPORT, events);
      assertEquals(Replies.MISCONFIGURED, Device.await(send(new Device(onward))));
      assertEquals(List.of(), stranger.requests);
    }
  }

  @Test
  void theRelayIsKnownByItsCertificateWhichIsReread(@TempDir Path folder) throws IOException {
    Path own = Files.writeString(folder.resolve("own.pem"), TestCertificates.client("relay one"));
    var context = TestCertificates.serverThatAsks("127.0.0.1");
    try (var asking = new FakeMailbox(context, true)) {
      var settings =
          new OnwardSettings(
              NextHopAddress.parse(asking.url()),
              "relay.example",
              null,
              TestCertificates.pem(),
              new PemFiles(own, own),
              Timeouts.DEFAULT,
              TIMEOUT,
              0,
              Pace.UNLIMITED);
      Onward known = new Onward(settings, Device.TRANSPORT, events);
      onward = known;
      assertEquals(530, Device.await(send(new Device(known))).code(), "greeted, not logged in");
      Files.writeString(own, TestCertificates.client("relay two"));
      known.reloadCertificate(watch());
      Device.await(send(new Device(known)));
      assertEquals(List.of("CN=relay one", "CN=relay two"), asking.clients);
    }
  }

  private static CertificateWatch watch() {
    return new CertificateWatch() {
      @Override
      public void worked() {}

      @Override
      public void failed(String cause) {
        throw new AssertionError(cause);
      }
    };
  }
}
