package dev.ipauth.relay.onward;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ipauth.relay.smtp.MailFrom;
import dev.ipauth.relay.smtp.RcptTo;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Even if the command parser let it through, it doesn't go over. */
class EnvelopeCommandTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a@b>\r\nRCPT TO:<c@d",
        "a@b\n",
        "a@b\0",
        "a@b\u0085",
        "a@b\u2028",
        "a@b> NOTIFY=NEVER",
        "<a@b",
        "a b@c",
        "\"a@b",
        "\"a\\\"@b",
        "\"a\r\n\"@b"
      })
  void anAddressThatCouldEndEarlyIsNoAddress(String address) {
    assertFalse(EnvelopeCommand.isSafe(mail(address, null)));
    assertFalse(EnvelopeCommand.isSafe(new RcptTo(address, null, null)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a@b",
        "\"a> <b\"@c",
        "\"a\\\"b\"@c",
        "bé@例え.jp",
        "!#$%&'*+-/=?^_`{|}~@c",
        "a@[::1]"
      })
  void anAddressIsOne(String address) {
    assertTrue(EnvelopeCommand.isSafe(mail(address, null)));
    assertTrue(EnvelopeCommand.isSafe(new RcptTo(address, null, null)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"x\r\ny", "x y", "", "\u0085", "\u2028"})
  void aParameterThatCouldEndEarlyIsNone(String value) {
    assertFalse(EnvelopeCommand.isSafe(mail("a@b", value)));
    assertFalse(EnvelopeCommand.isSafe(new RcptTo("a@b", value, null)));
    assertFalse(EnvelopeCommand.isSafe(new RcptTo("a@b", null, value)));
  }

  private static MailFrom mail(String address, @Nullable String envid) {
    return new MailFrom(address, -1, false, false, null, envid);
  }
}
