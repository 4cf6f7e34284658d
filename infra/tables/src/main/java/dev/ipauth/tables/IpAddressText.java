package dev.ipauth.tables;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Between an {@link IpAddress} and its text. The JDK's own parser takes {@code 10.1}, {@code
 * 010.0.0.1}, {@code [::1]} and zone ids, and doesn't print RFC 5952; each of these would be a
 * second spelling of an address that somebody else holds.
 */
final class IpAddressText {
  private static final Pattern IPV4 =
      Pattern.compile("(\\d{1,3})\\.(\\d{1,3})\\.(\\d{1,3})\\.(\\d{1,3})");
  private static final Pattern DIGITS_AND_DOTS = Pattern.compile("[0-9.]+");
  private static final Pattern GROUP = Pattern.compile("[0-9a-fA-F]{1,4}");
  private static final int GROUPS = 8;
  private static final int LONGEST = "0000:0000:0000:0000:0000:ffff:255.255.255.255".length();

  private IpAddressText() {}

  static IpAddress parse(String text) {
    refuseWhatIsMoreThanAnAddress(text);
    return text.indexOf(':') >= 0 ? parseIpv6(text) : IpAddress.ofIpv4(parseIpv4(text));
  }

  /** The commonest mistakes, each in words that say what to do about it. */
  private static void refuseWhatIsMoreThanAnAddress(String text) {
    if (text.isEmpty()) {
      throw refused("No address was given. Write one IPv4 or IPv6 address, such as 198.51.100.7.");
    }
    if (!text.equals(text.strip())) {
      throw refused("There is space around the address. Write the address alone.");
    }
    if (text.indexOf('/') >= 0) {
      throw refused("This is a network, not one address. Write the address without a slash.");
    }
    if (text.indexOf('%') >= 0) {
      throw refused("The address carries a zone id. Write it without the % and what follows.");
    }
    if (text.indexOf('[') >= 0) {
      throw refused("Write the address without brackets and without a port.");
    }
    if (text.length() > LONGEST) {
      throw refused("This is too long to be an IP address.");
    }
  }

  private static int parseIpv4(String text) {
    var octets = IPV4.matcher(text);
    if (!octets.matches()) {
      throw refused(
          DIGITS_AND_DOTS.matcher(text).matches()
              ? "An IPv4 address has four numbers from 0 to 255, such as 198.51.100.7."
              : "This is not an IP address. Write one such as 198.51.100.7 or 2001:db8::7.");
    }
    int bits = 0;
    for (int i = 1; i <= 4; i++) {
      bits = bits << 8 | parseOctet(octets.group(i));
    }
    return bits;
  }

  private static int parseOctet(String digits) {
    if (digits.length() > 1 && digits.charAt(0) == '0') {
      throw refused("A number with a leading zero can be read in two ways. Write it without.");
    }
    int octet = Integer.parseInt(digits);
    if (octet > 255) {
      throw refused("The numbers of an IPv4 address go from 0 to 255.");
    }
    return octet;
  }

  private static IpAddress parseIpv6(String text) {
    int gap = text.indexOf("::");
    if (gap < 0) {
      var groups = groups(text, true);
      if (groups.size() != GROUPS) {
        throw refused("This is not an IPv6 address: it has " + groups.size() + " groups, not 8.");
      }
      return join(groups, List.of());
    }
    var before = groups(text.substring(0, gap), false);
    var after = groups(text.substring(gap + 2), true);
    // RFC 4291: "::" stands for one group or more.
    if (before.size() + after.size() >= GROUPS) {
      throw refused("This is not an IPv6 address: it has too many groups.");
    }
    return join(before, after);
  }

  /**
   * RFC 4291 section 2.2: groups of hex, of which the last two may be written in dotted decimal.
   */
  private static List<Integer> groups(String text, boolean mayEndInIpv4) {
    var groups = new ArrayList<Integer>();
    if (text.isEmpty()) {
      return groups;
    }
    String[] parts = text.split(":", -1);
    for (int i = 0; i < parts.length; i++) {
      if (mayEndInIpv4 && i == parts.length - 1 && parts[i].indexOf('.') >= 0) {
        int ipv4 = parseIpv4(parts[i]);
        groups.add(ipv4 >>> 16);
        groups.add(ipv4 & 0xffff);
      } else if (GROUP.matcher(parts[i]).matches()) {
        groups.add(Integer.parseInt(parts[i], 16));
      } else {
        throw refused("This is not an IP address. Write one such as 198.51.100.7 or 2001:db8::7.");
      }
    }
    return groups;
  }

  private static IpAddress join(List<Integer> before, List<Integer> after) {
    long[] halves = new long[2];
    for (int i = 0; i < before.size(); i++) {
      put(halves, i, before.get(i));
    }
    for (int i = 0; i < after.size(); i++) {
      put(halves, GROUPS - after.size() + i, after.get(i));
    }
    return new IpAddress(halves[0], halves[1]);
  }

  private static void put(long[] halves, int group, int value) {
    halves[group / 4] |= (long) value << (48 - 16 * (group % 4));
  }

  static String format(IpAddress address) {
    return address.isIpv4() ? formatIpv4((int) address.low()) : formatIpv6(address);
  }

  private static String formatIpv4(int bits) {
    return (bits >>> 24)
        + "."
        + (bits >>> 16 & 0xff)
        + "."
        + (bits >>> 8 & 0xff)
        + "."
        + (bits & 0xff);
  }

  /** RFC 5952 section 4: lower case, no leading zeros, the first longest run of zeros shortened. */
  private static String formatIpv6(IpAddress address) {
    int start = -1;
    int length = 1;
    for (int i = 0; i < GROUPS; i++) {
      int run = zerosFrom(address, i);
      if (run > length) {
        start = i;
        length = run;
      }
    }
    var text = new StringBuilder();
    for (int i = 0; i < GROUPS; i++) {
      if (i == start) {
        text.append("::");
        i += length - 1;
      } else {
        boolean first = text.isEmpty() || text.charAt(text.length() - 1) == ':';
        text.append(first ? "" : ":").append(Integer.toHexString(group(address, i)));
      }
    }
    return text.toString();
  }

  private static int zerosFrom(IpAddress address, int first) {
    int i = first;
    while (i < GROUPS && group(address, i) == 0) {
      i++;
    }
    return i - first;
  }

  private static int group(IpAddress address, int index) {
    long half = index < 4 ? address.high() : address.low();
    return (int) (half >>> (48 - 16 * (index % 4)) & 0xffff);
  }

  private static IllegalArgumentException refused(String sentence) {
    return new IllegalArgumentException(sentence);
  }
}
