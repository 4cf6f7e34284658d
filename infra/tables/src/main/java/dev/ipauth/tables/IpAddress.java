package dev.ipauth.tables;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;

/**
 * One IPv4 or IPv6 address, as the 128-bit number that it is.
 *
 * <p>An IPv4 address lies at {@code ::ffff:0:0/96}, so an IPv4-mapped IPv6 address <em>is</em> that
 * IPv4 address: the two can't have two owners, because they are equal.
 *
 * @param high the first 64 bits, network order
 * @param low the last 64 bits, network order
 */
public record IpAddress(long high, long low) implements Comparable<IpAddress> {
  private static final long MAPPED = 0xffff_0000_0000L;
  private static final long MAPPED_MASK = 0xffff_ffff_0000_0000L;

  /**
   * Reads dotted decimal, or any text form of RFC 4291 section 2.2, and nothing else: no network,
   * no port, no zone, no leading zeros, no surrounding space.
   *
   * @throws IllegalArgumentException with a sentence that says what to write instead
   */
  public static IpAddress parse(String text) {
    return IpAddressText.parse(text);
  }

  /**
   * @param bytes 4 or 16 bytes, network order
   * @throws IllegalArgumentException at any other length
   */
  public static IpAddress of(byte[] bytes) {
    return switch (bytes.length) {
      case 4 -> ofIpv4(ByteBuffer.wrap(bytes).getInt());
      case 16 -> new IpAddress(ByteBuffer.wrap(bytes).getLong(), ByteBuffer.wrap(bytes).getLong(8));
      default -> throw new IllegalArgumentException("An IP address has 4 or 16 bytes.");
    };
  }

  /** The address of a socket's other end; a zone id is dropped. */
  public static IpAddress of(InetAddress address) {
    return of(address.getAddress());
  }

  static IpAddress ofIpv4(int bits) {
    return new IpAddress(0, MAPPED | Integer.toUnsignedLong(bits));
  }

  public boolean isIpv4() {
    return high == 0 && (low & MAPPED_MASK) == MAPPED;
  }

  /** 4 bytes for IPv4, 16 for IPv6, network order. */
  public byte[] bytes() {
    return isIpv4()
        ? ByteBuffer.allocate(4).putInt((int) low).array()
        : ByteBuffer.allocate(16).putLong(high).putLong(low).array();
  }

  /** For sockets. */
  public InetAddress toInetAddress() {
    try {
      return InetAddress.getByAddress(bytes());
    } catch (UnknownHostException e) {
      throw new AssertionError("4 or 16 bytes are always an address", e);
    }
  }

  @Override
  public int compareTo(IpAddress other) {
    int byHigh = Long.compareUnsigned(high, other.high);
    return byHigh != 0 ? byHigh : Long.compareUnsigned(low, other.low);
  }

  /** The canonical form: dotted decimal, or RFC 5952. */
  @Override
  public String toString() {
    return IpAddressText.format(this);
  }
}
