package dev.ipauth.relay.smtp;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import com.code_intelligence.jazzer.junit.DictionaryEntries;
import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.ipauth.tables.EmailAddress;
import jakarta.mail.internet.AddressException;
import jakarta.mail.internet.InternetAddress;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.james.mime4j.field.address.AddressParser;
import org.apache.james.mime4j.field.address.DefaultAddressParser;
import org.apache.james.mime4j.field.address.ParseException;

/**
 * Addresses in an envelope, held against two other readers of addresses: Angus Mail's and Apache
 * James'. What the relay takes is one address to them, of the same domain; and what both take for
 * one in plain words isn't refused.
 *
 * <p>Either may refuse what the relay takes, for it then names nobody there: RFC 6531's characters
 * (James' grammar is RFC 5322's, without them), underscores in a domain, address literals, a local
 * part or a domain longer than they care for. And they may take what the relay refuses: comments
 * and space around the dots and the @, what is obsolete in RFC 5322, several addresses, groups.
 */
class MailboxFuzzTest {
  private static final AddressParser JAMES = DefaultAddressParser.DEFAULT;

  /** What nobody has reason to read otherwise than anybody else. */
  private static final Pattern PLAIN =
      Pattern.compile(
          "[a-z0-9+_-]{1,30}(?:\\.[a-z0-9+_-]{1,30})?@[a-z0-9]{1,30}(?:\\.[a-z]{2,30})?");

  @FuzzTest
  @DictionaryEntries({
    "@",
    "a@example.com",
    "@example.com",
    "good@example.com,evil@example.net",
    "\\\"",
    "\\\\",
    "(",
    ")",
    "<",
    ">",
    ",",
    ":",
    ";",
    "[192.0.2.1]",
    "[IPv6:2001:db8::1]",
    "xn--",
    "..",
    "=?utf-8?q?",
    "\\xc3\\xa9",
    "\\xc2\\xad"
  })
  void othersReadTheSameAddress(byte[] octets) {
    String text = new String(octets, UTF_8);
    if (Mailbox.fault(text) == null) {
      EmailAddress ours = EmailAddress.parse(text);
      for (String written : List.of(text, "<" + text + ">")) {
        isTheirs(ours, angus(written), written);
        isTheirs(ours, james(written), written);
      }
    } else if (PLAIN.matcher(text).matches()) {
      assertNotEquals(List.of(1, 1), List.of(angus(text).size(), james(text).size()), text);
    }
  }

  private static void isTheirs(EmailAddress ours, List<EmailAddress> theirs, String written) {
    if (!theirs.isEmpty()) {
      assertEquals(List.of(ours), theirs, written);
    }
  }

  /** The addresses that it sees, none where it can't read them. */
  private static List<EmailAddress> angus(String text) {
    try {
      return Stream.of(InternetAddress.parse(text, true))
          .map(address -> EmailAddress.parse(address.getAddress()))
          .toList();
    } catch (AddressException _) {
      return List.of();
    }
  }

  /** Likewise; quotes around a local part are taken off. */
  private static List<EmailAddress> james(String text) {
    try {
      return JAMES.parseAddressList(text).flatten().stream()
          .map(address -> canonical(address.getLocalPart(), address.getDomain()))
          .toList();
    } catch (ParseException _) {
      return List.of();
    }
  }

  private static EmailAddress canonical(String localPart, String domain) {
    return new EmailAddress(
        localPart.toLowerCase(Locale.ROOT), EmailAddress.canonicalDomain(domain));
  }
}
