package dev.ipauth.tables;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Locale;
import java.util.Random;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;

class IpAddressTest {
  private static final long SEED = 20261123;
  private static final Pattern LEADING_ZERO = Pattern.compile("(?:^|[.:])0[0-9a-f]");

  @ParameterizedTest(name = "{0}")
  @CsvFileSource(resources = "addresses.csv", delimiter = '|', numLinesToSkip = 1)
  void hasOneCanonicalForm(String written, String canonical) {
    String text = unescape(written);
    if (canonical.equals("refused")) {
      var refusal = assertThrows(IllegalArgumentException.class, () -> IpAddress.parse(text));
      assertTrue(String.valueOf(refusal.getMessage()).endsWith("."), "a sentence");
    } else {
      assertEquals(canonical, IpAddress.parse(text).toString());
      assertEquals(IpAddress.parse(canonical), IpAddress.parse(text));
    }
  }

  @Test
  void aNameIsRefusedWithoutAskingWhoseItIs() {
    int before = Lookups.count();
    assertThrows(IllegalArgumentException.class, () -> IpAddress.parse("relay.invalid"));
    assertEquals(before, Lookups.count());
    assertThrows(UnknownHostException.class, () -> InetAddress.getAllByName("relay.invalid"));
    assertEquals(before + 1, Lookups.count(), "this is what asking looks like");
  }

  @ParameterizedTest(name = "{0}")
  @CsvFileSource(resources = "reachability.csv", delimiter = '|', numLinesToSkip = 1)
  void isWhatTheRegistriesSay(String written, String oneDevice, String global) {
    IpAddress address = IpAddress.parse(written);
    assertEquals(oneDevice.equals("yes"), SpecialPurpose.canBeOneDevice(address));
    assertEquals(
        global.equals("yes"),
        SpecialPurpose.isPublic(address),
        () -> SpecialPurpose.nameOf(address));
  }

  @Test
  void whatIsPrintedIsReadAsTheSame() {
    var random = new Random(SEED);
    for (int i = 0; i < 20_000; i++) {
      IpAddress address = randomAddress(random);
      String text = address.toString();
      assertEquals(address, IpAddress.parse(text));
      assertEquals(address, IpAddress.parse(text.toUpperCase(Locale.ROOT)));
      assertEquals(address, IpAddress.of(InetAddress.ofLiteral(text)), text);
      assertEquals(address, IpAddress.of(address.bytes()));
      assertEquals(text.toLowerCase(Locale.ROOT), text);
      assertTrue(!LEADING_ZERO.matcher(text).find(), text);
    }
  }

  /** Groups of zeros are common, as in life, or nothing would ever be shortened. */
  private static IpAddress randomAddress(Random random) {
    long mask = 0;
    for (int i = 0; i < 8; i++) {
      mask = mask << 8 | (random.nextBoolean() ? 0xff : 0);
    }
    long high = random.nextLong() & spread(mask >>> 32);
    long low = random.nextLong() & spread(mask);
    return random.nextInt(8) == 0
        ? new IpAddress(0, 0xffff_0000_0000L | low >>> 32)
        : new IpAddress(high, low);
  }

  /** Each of the four low bytes, twice over: a group is zero or not. */
  private static long spread(long bytes) {
    long groups = 0;
    for (int i = 3; i >= 0; i--) {
      groups = groups << 16 | (((bytes >>> (8 * i)) & 0xff) == 0 ? 0 : 0xffff);
    }
    return groups;
  }

  @Test
  void nonsenseIsRefusedAndNeverAnAccident() {
    var random = new Random(SEED);
    for (int i = 0; i < 200_000; i++) {
      String text = nonsense(random);
      try {
        IpAddress address = IpAddress.parse(text);
        assertEquals(address, IpAddress.parse(address.toString()), text);
      } catch (IllegalArgumentException e) {
        assertTrue(String.valueOf(e.getMessage()).endsWith("."), text);
      }
    }
  }

  private static String nonsense(Random random) {
    var text = new StringBuilder();
    int length = random.nextInt(20);
    for (int i = 0; i < length; i++) {
      text.append("0123456789af::::....%[]/ xX".charAt(random.nextInt(27)));
    }
    return text.toString();
  }

  /** {@code \\e} is nothing at all, {@code \\s} a space, the others are Java's. */
  private static String unescape(String text) {
    if (text.equals("\\e")) {
      return "";
    }
    return Pattern.compile("\\\\u([0-9a-f]{4})")
        .matcher(text)
        .replaceAll(m -> String.valueOf((char) Integer.parseInt(m.group(1), 16)))
        .translateEscapes();
  }
}
