package dev.ipauth.relay;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ipauth.relay.oauth.FakeIssuer;
import dev.ipauth.relay.oauth.FakeIssuer.Answer;
import dev.ipauth.relay.onward.FakeMailbox;
import dev.ipauth.relay.onward.TestCertificates;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** {@code next-hop check} names each planted fault, sends nothing unasked and shows no secret. */
class NextHopCommandTest {
  private final FakeMailbox mailbox = new FakeMailbox();
  private final FakeIssuer issuer = new FakeIssuer(TestCertificates.server("127.0.0.1"));
  private final Map<String, String> environment = new HashMap<>();
  private String said = "";

  NextHopCommandTest() throws IOException {
    environment.putAll(
        Map.of(
            "RELAY_HOSTNAME", "relay.example",
            "NEXT_HOP", mailbox.url(),
            "NEXT_HOP_AUTH", "xoauth2",
            "NEXT_HOP_USERNAME", "scanner@example.com",
            "NEXT_HOP_OAUTH_TOKEN_URL", issuer.url().toString(),
            "NEXT_HOP_OAUTH_CLIENT_ID", "app",
            "NEXT_HOP_OAUTH_CLIENT_SECRET", "very-secret",
            "NEXT_HOP_CA", TestCertificates.pem().toString()));
  }

  @AfterEach
  void close() {
    mailbox.close();
    issuer.close();
    assertFalse(said.contains("secret") || said.contains("token-"), "a secret is shown: " + said);
  }

  private int check(String... recipients) {
    var out = new ByteArrayOutputStream();
    var arguments = new ArrayList<>(List.of("next-hop", "check"));
    arguments.addAll(List.of(recipients));
    try (var lines = new PrintStream(out, true, UTF_8)) {
      int status = NextHopCommand.run(arguments, environment, lines, lines);
      said = out.toString(UTF_8);
      return status;
    }
  }

  private void assertSaid(String line) {
    assertTrue(said.lines().anyMatch(each -> each.startsWith(line)), line + " in:\n" + said);
  }

  @Test
  void aLineForEachStepAndNothingIsSent() {
    assertEquals(0, check(), () -> said);
    List<String> steps = said.lines().map(line -> line.substring(0, 9).strip()).toList();
    assertEquals(List.of("token", "resolve", "connect", "TLS", "AUTH", "offers"), steps);
    assertSaid("token     from 127.0.0.1, holds for 59 minutes");
    assertSaid("TLS       TLSv1.3, certificate for 127.0.0.1, ");
    assertTrue(said.contains(" days left"), said);
    assertSaid("AUTH      accepted as scanner@example.com");
    assertSaid("offers    AUTH LOGIN, AUTH XOAUTH2, SIZE");
    assertEquals(0, mailbox.messages.get());
  }

  @Test
  void oneMessageToTheRecipient() {
    assertEquals(0, check("b@example.org"), () -> said);
    assertSaid("send      250 2.0.0 sent");
    assertEquals(1, mailbox.messages.get());
    assertEquals(1, mailbox.connections.get());
  }

  @Test
  void aRefusedMessageIsSaid() {
    mailbox.mostMessages = 0;
    assertEquals(1, check("b@example.org"));
    assertSaid("send      failed: 432 4.3.2 ");
  }

  @Test
  void aRefusedToken() {
    mailbox.good = _ -> false;
    assertEquals(1, check("b@example.org"));
    assertSaid("AUTH      failed: the next hop refuses the access token: 535 5.7.3 ");
    assertEquals(0, mailbox.messages.get());
  }

  @Test
  void anExpiredSecret() {
    issuer.answers = _ -> new Answer(401, "{\"error\":\"invalid_client\"}");
    assertEquals(1, check());
    assertSaid("AUTH      failed: 127.0.0.1 refuses a token: 401 invalid_client");
  }

  /** It is read on a terminal, which would carry them out: colours, or text from right to left. */
  @Test
  void whatOthersSayHoldsNoControlCharacters() {
    String words = "gone\\u001b[2J\\u0007\\u009b31m\\u202e\\u2028\\r\\nsend      250 taken";
    String error = "\"error\":\"invalid_client\",\"error_description\":\"" + words + "\"";
    issuer.answers = _ -> new Answer(401, "{" + error + "}");
    assertEquals(1, check());
    assertSaid("AUTH      failed: 127.0.0.1 refuses a token: 401 invalid_client: gone");
    assertFalse(said.lines().anyMatch(line -> line.startsWith("send")), said);
    Pattern unseen = Pattern.compile("[\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}&&[^\n]]");
    assertFalse(unseen.matcher(said).find(), said);
  }

  @Test
  void anotherName() throws IOException {
    try (var other = new FakeMailbox(TestCertificates.server("other.example"), false)) {
      environment.put("NEXT_HOP", other.url());
      assertEquals(1, check());
      assertSaid("TLS       failed: the certificate is for other.example, not for 127.0.0.1");
    }
  }

  @Test
  void nobodyThere() {
    mailbox.close();
    assertEquals(1, check());
    assertSaid("connect   failed: 127.0.0.1, port ");
  }

  @Test
  void aBadSetting() {
    environment.put("NEXT_HOP", "mail.example.com");
    assertEquals(1, check());
    assertSaid("NEXT_HOP=mail.example.com can't be used.");
  }

  @Test
  void anEndpointThatIsNoUrl() {
    environment.keySet().retainAll(List.of("RELAY_HOSTNAME"));
    environment.put("NEXT_HOP", "ses://eu-central-1");
    environment.put("AWS_ENDPOINT_URL", "localhost:4566");
    assertEquals(1, check());
    assertSaid("AWS_ENDPOINT_URL=localhost:4566 can't be used. Write a URL such as ");
  }

  @Test
  void aBadArgument() {
    assertEquals(2, check("not an address"));
    assertSaid("not an address is no address. usage: next-hop check [recipient]");
  }
}
