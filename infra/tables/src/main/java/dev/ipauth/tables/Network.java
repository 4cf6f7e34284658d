package dev.ipauth.tables;

import java.util.regex.Pattern;

/**
 * A network in CIDR form; a single address is the network of just that address.
 *
 * @param first its lowest address: all host bits are zero
 * @param prefixLength 0 to 32 for IPv4, 0 to 128 for IPv6
 */
public record Network(IpAddress first, int prefixLength) {
  private static final Pattern PREFIX_LENGTH = Pattern.compile("0|[1-9]\\d{0,2}");

  /**
   * @throws IllegalArgumentException when the prefix is too long for the address or host bits are
   *     set, with a sentence that says what to write instead
   */
  public Network {
    if (prefixLength < 0 || prefixLength > (first.isIpv4() ? 32 : 128)) {
      throw new IllegalArgumentException("The number after the slash is too large.");
    }
    IpAddress masked = mask(first, prefixLength);
    if (!masked.equals(first)) {
      throw new IllegalArgumentException(
          "The network has host bits set. Write "
              + masked
              + "/"
              + prefixLength
              + ", or "
              + first
              + " alone.");
    }
  }

  /**
   * Reads {@code 192.0.2.0/24}, {@code 2001:db8::/48}, or one address alone.
   *
   * @throws IllegalArgumentException with a sentence that says what to write instead
   */
  public static Network parse(String text) {
    int slash = text.indexOf('/');
    if (slash < 0) {
      IpAddress address = IpAddress.parse(text);
      return new Network(address, address.isIpv4() ? 32 : 128);
    }
    String written = text.substring(0, slash);
    IpAddress address = IpAddress.parse(written);
    String length = text.substring(slash + 1);
    if (!PREFIX_LENGTH.matcher(length).matches()) {
      throw new IllegalArgumentException(
          "After the slash comes the length of the prefix, such as /24.");
    }
    // ::ffff:192.0.2.0/120 is 192.0.2.0/24: the address is IPv4, so its prefix is counted there
    // too.
    boolean mapped = address.isIpv4() && written.indexOf(':') >= 0;
    if (mapped && Integer.parseInt(length) < 96) {
      throw new IllegalArgumentException(
          "An IPv4-mapped network is at least /96. Write it as IPv4.");
    }
    return new Network(address, Integer.parseInt(length) - (mapped ? 96 : 0));
  }

  /** IPv4 addresses lie in IPv4 networks only: {@code ::/0} holds none. */
  public boolean contains(IpAddress address) {
    return address.isIpv4() == first.isIpv4() && mask(address, prefixLength).equals(first);
  }

  private static IpAddress mask(IpAddress address, int prefixLength) {
    int bits = address.isIpv4() ? prefixLength + 96 : prefixLength;
    return new IpAddress(address.high() & leading(bits), address.low() & leading(bits - 64));
  }

  private static long leading(int ones) {
    return ones <= 0 ? 0 : ones >= 64 ? -1L : -1L << (64 - ones);
  }

  /** The canonical form; a single address has no slash. */
  @Override
  public String toString() {
    boolean single = prefixLength == (first.isIpv4() ? 32 : 128);
    return single ? first.toString() : first + "/" + prefixLength;
  }
}
