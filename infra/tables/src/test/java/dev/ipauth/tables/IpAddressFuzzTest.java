package dev.ipauth.tables;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Optional;

/** Any text at all, beside what the JDK makes of it as a literal. */
class IpAddressFuzzTest {
  @FuzzTest
  void isReadAsTheJdkReadsItOrNotAtAll(byte[] octets) {
    String text = new String(octets, UTF_8);
    int lookups = Lookups.count();
    Optional<IpAddress> ours = parse(text);
    assertEquals(lookups, Lookups.count(), "DNS was asked");
    Optional<IpAddress> theirs = literal(text);
    if (ours.isPresent()) {
      assertEquals(theirs, ours, () -> "another address than the JDK's: " + text);
      if (text.indexOf(':') < 0) {
        assertEquals(text, ours.get().toString(), "dotted decimal has one spelling");
      }
      hasOneSpelling(ours.get());
    }
    // What is refused for its spelling has a spelling that isn't.
    if (theirs.isPresent()) {
      hasOneSpelling(theirs.get());
    }
  }

  private static void hasOneSpelling(IpAddress address) {
    String canonical = address.toString();
    assertEquals(Optional.of(address), parse(canonical));
    assertEquals(InetAddress.ofLiteral(canonical), address.toInetAddress());
    assertEquals(address, IpAddress.of(address.bytes()));
    assertEquals(
        address.isIpv4() ? address.toInetAddress().getHostAddress() : rfc5952(address.bytes()),
        canonical);
  }

  /** Section 4 as it is written: of all runs of zeros the longest, of these the first. */
  private static String rfc5952(byte[] bytes) {
    var groups = new ArrayList<String>();
    for (int i = 0; i < 16; i += 2) {
      groups.add(Integer.toHexString((bytes[i] & 0xff) << 8 | (bytes[i + 1] & 0xff)));
    }
    String shortest = String.join(":", groups);
    int longestRun = 1;
    for (int from = 0; from < 8; from++) {
      for (int to = from + longestRun + 1; to <= 8; to++) {
        if (groups.subList(from, to).stream().allMatch("0"::equals)) {
          longestRun = to - from;
          shortest =
              String.join(":", groups.subList(0, from))
                  + "::"
                  + String.join(":", groups.subList(to, 8));
        }
      }
    }
    return shortest;
  }

  private static Optional<IpAddress> parse(String text) {
    try {
      return Optional.of(IpAddress.parse(text));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /** Never a name: {@link InetAddress#ofLiteral} asks nobody. */
  private static Optional<IpAddress> literal(String text) {
    try {
      return Optional.of(IpAddress.of(InetAddress.ofLiteral(text)));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }
}
