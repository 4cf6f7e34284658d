package dev.ipauth.relay.ses;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.ipauth.relay.smtp.MailFrom;
import dev.ipauth.relay.smtp.RcptTo;
import dev.ipauth.relay.smtp.Reply;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What is known of SES without asking it: SesDeliveryTest sees that it is said where it is there.
 */
class SesNeverTakesTest {
  private final SesNeverTakes never = new SesNeverTakes("bounces@example.com");

  private static MailFrom from(@Nullable String address) {
    return new MailFrom(address == null ? "" : address, -1, false, false, null, null);
  }

  private static String said(@Nullable Reply reply) {
    return reply == null ? "nothing" : reply.toString().substring(0, 9);
  }

  @ParameterizedTest
  @CsvSource({
    "a@example.com, b@example.org, 0, nothing, nothing",
    "a@example.com, b@example.org, 49, nothing, nothing",
    "a@example.com, b@example.org, 50, nothing, 452 4.5.3",
    "a@example.com, a@[1.2.3.4], 0, nothing, 501 5.1.3",
    "a@localhost, b@example.org, 0, 501 5.1.7, 501 5.1.7",
    ", b@example.org, 0, nothing, nothing"
  })
  void anEnvelope(
      @Nullable String from, String to, int before, String ofSender, String ofRecipient) {
    assertEquals(ofSender, said(never.sender(from(from))));
    assertEquals(
        ofRecipient, said(never.recipient(from(from), new RcptTo(to, null, null), before)));
  }

  @Test
  void aTextBeyondFortyMegabytes() {
    assertEquals("nothing", said(never.text(40_000_000)));
    assertEquals("552 5.3.4", said(never.text(40_000_001)));
  }
}
