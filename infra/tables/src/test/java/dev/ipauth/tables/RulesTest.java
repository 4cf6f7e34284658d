package dev.ipauth.tables;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Base64;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Networks, senders, names and passwords. */
class RulesTest {
  @ParameterizedTest
  @CsvSource({
    "192.0.2.0/24, 192.0.2.0/24",
    "192.0.2.1, 192.0.2.1",
    "192.0.2.1/32, 192.0.2.1",
    "0.0.0.0/0, 0.0.0.0/0",
    "2001:DB8::/32, 2001:db8::/32",
    "2001:db8::1/128, 2001:db8::1",
    "::/0, ::/0",
    "::ffff:192.0.2.0/120, 192.0.2.0/24",
    "::ffff:192.0.2.1, 192.0.2.1"
  })
  void aNetworkHasOneCanonicalForm(String written, String canonical) {
    assertEquals(canonical, Network.parse(written).toString());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "192.168.1.1/24",
        "192.0.2.0/33",
        "192.0.2.0/",
        "192.0.2.0/024",
        "192.0.2.0/-1",
        "/24",
        "",
        "192.0.2.0/255.255.255.0",
        "192.0.2.0/24/24",
        "2001:db8::1/64",
        "2001:db8::/129",
        "::ffff:192.0.2.0/24",
        "192.0.2.0/ 24",
        "printer",
        "192.0.2.0/9999999999"
      })
  void whatIsNoNetworkIsRefusedWithASentence(String written) {
    var refusal = assertThrows(IllegalArgumentException.class, () -> Network.parse(written));
    assertTrue(String.valueOf(refusal.getMessage()).endsWith("."));
  }

  @ParameterizedTest
  @CsvSource({
    "192.0.2.0/24, 192.0.2.255, true",
    "192.0.2.0/24, 192.0.3.0, false",
    "192.0.2.0/24, ::ffff:192.0.2.9, true",
    "0.0.0.0/0, 198.51.100.7, true",
    "0.0.0.0/0, ::1, false",
    "::/0, 2001:db8::1, true",
    "::/0, 198.51.100.7, false",
    "2001:db8::/48, 2001:db8:0:ffff::1, true",
    "2001:db8::/48, 2001:db8:1::, false"
  })
  void aNetworkHoldsItsOwnFamilyOnly(String network, String address, boolean held) {
    assertEquals(held, Network.parse(network).contains(IpAddress.parse(address)));
  }

  @ParameterizedTest
  @CsvSource({
    "scans@example.com, scans@example.com, true",
    "scans@example.com, SCANS@EXAMPLE.COM, true",
    "scans@example.com, scans@sub.example.com, false",
    "scans@example.com, other@example.com, false",
    "@example.org, anyone@example.org, true",
    "@Example.ORG, anyone@EXAMPLE.org, true",
    "@example.org, anyone@sub.example.org, false",
    "@example.org, anyone@notexample.org, false",
    "@example.org, evil@example.com@example.org, false",
    "@example.org, a@b;x@example.org, false",
    "@example.org, a(b@example.org, false",
    "@example.org, a:b@example.org, false",
    "@example.org, @example.org, false",
    "@example.org, \"a@evil.test\"@example.org, true",
    "scans@example.com, \"scans\"@example.com, true",
    "scans@example.com, \"sc\\ans\"@example.com, true",
    "scans@example.com, scans@\"example.com\", false",
    "scans@example.com, scans@, false",
    "@example.org, example.org, false",
    "@bücher.example, x@xn--bcher-kva.example, true",
    "@xn--bcher-kva.example, x@BÜCHER.example, true",
    "@strasse.example, x@straße.example, false",
    "@example.com, x@exam\u00adple.com, false",
    "@example.com, x@\uff45xample.com, false",
    "@example.com, x@example\u3002com, false",
    "@kevin.example, x@\u212Aevin.example, false",
    "kevin@example.com, \u212Aevin@example.com, false"
  })
  void aSenderAllowsItsAddressOrItsDomain(String sender, String address, boolean allowed) {
    assertEquals(allowed, AllowedSender.parse(sender).allows(address));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "example.com",
        "@",
        "a@",
        "@example..com",
        "a@b@example.com",
        "a b@example.com",
        "a@exam ple.com",
        "<a@example.com>",
        "a\r@example.com",
        ".a@example.com",
        "a.@example.com",
        "\"a\"@example.com",
        "@-example.com",
        "*@example.com",
        "*@example.com,b@example.com"
      })
  void whatIsNoSenderIsRefused(String written) {
    assertThrows(IllegalArgumentException.class, () -> AllowedSender.parse(written));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "a@example.com | a@example.com",
        "A.B+c/d=e@EXAMPLE.com | a.b+c/d=e@example.com",
        "grüße@bücher.example | grüße@xn--bcher-kva.example",
        "scanner@my_host.local | scanner@my_host.local",
        "root@localhost | root@localhost",
        "\ud83d\udcbb@example.com | \ud83d\udcbb@example.com",
        "\"a b\"@example.com | a b@example.com",
        "\"a@b,c\"@example.com | a@b,c@example.com",
        "a@[192.0.2.1] | a@[192.0.2.1]",
        "a@[IPv6:2001:DB8::1] | a@[ipv6:2001:db8::1]"
      })
  void anAddressHasOneCanonicalForm(String written, String canonical) {
    EmailAddress address = EmailAddress.parse(written);
    assertEquals(canonical, address.localPart() + "@" + address.domain());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "a",
        "@",
        "a@",
        "@b",
        "a@x,b@y",
        "a@b@c",
        "a@x(b@y",
        "a(comment)@x",
        "a:b@x",
        "a;b@x",
        "group:a@x;",
        "a@\"x\"",
        "a@x;",
        "a@ x",
        "a @x",
        " a@x",
        "a@x ",
        "<a@x>",
        "a..b@x",
        ".a@x",
        "a.@x",
        "\"a@x",
        "\"a\"b@x",
        "\"a\r\n\"@x",
        "a@x..y",
        "a@.x",
        "a@x.",
        "a@-x",
        "a@x-",
        "a@[]",
        "a@[192.0.2]",
        "a@[IPv6:192.0.2.1]",
        "a@[2001:db8::1]",
        "a@[192.0.2.1",
        "a\u0000@x",
        "a\u0085@x",
        "a@x\u00ad.y",
        "a@ex\uff41mple.com"
      })
  void whatCanBeReadInTwoWaysIsNoAddress(String written) {
    var refusal = assertThrows(IllegalArgumentException.class, () -> EmailAddress.parse(written));
    assertTrue(String.valueOf(refusal.getMessage()).endsWith("."));
  }

  @ParameterizedTest
  @ValueSource(strings = {"?@x", "?a@x", "a.?@x", "\"?\"@x", "\"a?b\"@x", "a@?", "a@x?y.z"})
  void halfASurrogatePairIsInNoAddress(String shape) {
    for (String half : List.of("\ud83d", "\udcbb", "\udcbb\ud83d", "\ud83d\udcbb\ud83d")) {
      String written = shape.replace("?", half);
      assertThrows(IllegalArgumentException.class, () -> EmailAddress.parse(written));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"a", "a.", "\\\"", "ü", "\"", ".", "@", "x.", "["})
  void anAddressMayBeAsLongAsAHeader(String piece) {
    String text = piece.repeat(1_000_000);
    for (String written : List.of("n" + text + "n@x.y", '"' + text + "\"@x.y", "n@" + text + "x")) {
      try {
        assertNotNull(EmailAddress.parse(written));
      } catch (IllegalArgumentException e) {
        assertTrue(String.valueOf(e.getMessage()).endsWith("."));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"abc", "a.b", "0_0", "scanner-2f", "me+you@example.com", "a--"})
  void aUsernameIsComparedAsLowerCase(String name) {
    assertEquals(new Username(name), Username.parse(name.toUpperCase(Locale.ROOT)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "ab",
        ".abc",
        "-abc",
        "@abc",
        "a b",
        "a/b",
        "äbc",
        "\u212Aelvin",
        "abc\n",
        "ab\u0000"
      })
  void whatIsNoUsernameIsRefused(String name) {
    assertFalse(Username.isUsername(name));
    assertThrows(IllegalArgumentException.class, () -> Username.parse(name));
  }

  @Test
  void aUsernameHasAtMost64Characters() {
    assertTrue(Username.isUsername("a".repeat(64)));
    assertFalse(Username.isUsername("a".repeat(65)));
  }

  @Test
  void aPasswordMatchesUnderEveryPepperInUse() {
    String old = Base64.getEncoder().encodeToString(new byte[32]);
    String next =
        Base64.getEncoder().encodeToString("0123456789abcdef0123456789abcdef".getBytes(US_ASCII));
    var name = new Username("scanner-2f");
    PasswordHash kept = Peppers.parse(old).hash(name, "secret");
    assertTrue(Peppers.parse(next + "," + old).matches(kept, name, "secret"));
    assertFalse(Peppers.parse(next).matches(kept, name, "secret"));
    assertFalse(Peppers.parse(old).matches(kept, name, "Secret"));
    assertFalse(Peppers.parse(old).matches(kept, new Username("another"), "secret"));
    assertFalse(Peppers.parse(old).matches(Peppers.unknown(), name, "secret"));
    assertFalse(kept.toString().contains(kept.text()));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "geheim", "Z2VoZWlt", "!!!", ","})
  void aPepperThatIsTooShortIsRefusedWithoutShowingIt(String setting) {
    var refusal = assertThrows(IllegalArgumentException.class, () -> Peppers.parse(setting));
    assertFalse(String.valueOf(refusal.getMessage()).contains("geheim"));
  }
}
