package dev.ipauth.tables;

import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which addresses can be one device's on the public internet: the IANA IPv4 and IPv6
 * Special-Purpose Address Registries (RFC 6890, as of 2026), multicast, and what IANA hasn't given
 * out.
 */
public final class SpecialPurpose {
  /** A block of the registries. Where IANA says "N/A" for globally reachable, it is not. */
  private record Block(Network network, boolean globallyReachable, String name) {}

  private static final List<Block> BLOCKS =
      List.of(
          local("0.0.0.0/8", "this network (RFC 791)"),
          local("10.0.0.0/8", "private (RFC 1918)"),
          local("100.64.0.0/10", "shared, behind carrier NAT (RFC 6598)"),
          local("127.0.0.0/8", "loopback (RFC 1122)"),
          local("169.254.0.0/16", "link-local (RFC 3927)"),
          local("172.16.0.0/12", "private (RFC 1918)"),
          local("192.0.0.0/24", "IETF protocol assignments (RFC 6890)"),
          global("192.0.0.9/32", "Port Control Protocol anycast (RFC 7723)"),
          global("192.0.0.10/32", "TURN anycast (RFC 8155)"),
          local("192.0.2.0/24", "documentation (RFC 5737)"),
          local("192.88.99.0/24", "6to4 relay anycast (RFC 7526)"),
          local("192.168.0.0/16", "private (RFC 1918)"),
          local("198.18.0.0/15", "benchmarking (RFC 2544)"),
          local("198.51.100.0/24", "documentation (RFC 5737)"),
          local("203.0.113.0/24", "documentation (RFC 5737)"),
          local("224.0.0.0/4", "multicast (RFC 5771)"),
          local("240.0.0.0/4", "reserved (RFC 1112)"),
          local("255.255.255.255/32", "limited broadcast (RFC 8190)"),
          // Of IPv6, IANA has given out 2000::/3 for global unicast so far (RFC 4291).
          local("::/0", "not global unicast (RFC 4291)"),
          global("2000::/3", "global unicast (RFC 4291)"),
          local("::/128", "unspecified (RFC 4291)"),
          local("::1/128", "loopback (RFC 4291)"),
          global("64:ff9b::/96", "IPv4-IPv6 translation (RFC 6052)"),
          local("64:ff9b:1::/48", "local-use IPv4-IPv6 translation (RFC 8215)"),
          local("100::/64", "discard only (RFC 6666)"),
          local("100:0:0:1::/64", "dummy prefix (RFC 9780)"),
          local("2001::/23", "IETF protocol assignments (RFC 2928)"),
          global("2001:1::1/128", "Port Control Protocol anycast (RFC 7723)"),
          global("2001:1::2/128", "TURN anycast (RFC 8155)"),
          global("2001:1::3/128", "DNS-SD anycast (RFC 9665)"),
          global("2001:3::/32", "AMT (RFC 7450)"),
          global("2001:4:112::/48", "AS112-v6 (RFC 7535)"),
          global("2001:20::/28", "ORCHIDv2 (RFC 7343)"),
          global("2001:30::/28", "drone remote id (RFC 9374)"),
          local("2001:db8::/32", "documentation (RFC 3849)"),
          local("2002::/16", "6to4 (RFC 3056)"),
          local("3fff::/20", "documentation (RFC 9637)"),
          local("5f00::/16", "segment routing (RFC 9602)"),
          local("fc00::/7", "unique local (RFC 4193)"),
          local("fe80::/10", "link-local (RFC 4291)"),
          local("ff00::/8", "multicast (RFC 4291)"));

  private static final Network MULTICAST_4 = Network.parse("224.0.0.0/4");
  private static final Network MULTICAST_6 = Network.parse("ff00::/8");
  private static final IpAddress UNSPECIFIED_4 = IpAddress.parse("0.0.0.0");
  private static final IpAddress UNSPECIFIED_6 = IpAddress.parse("::");
  private static final IpAddress BROADCAST = IpAddress.parse("255.255.255.255");

  private SpecialPurpose() {}

  private static Block local(String network, String name) {
    return new Block(Network.parse(network), false, name);
  }

  private static Block global(String network, String name) {
    return new Block(Network.parse(network), true, name);
  }

  /** False for unspecified, multicast and broadcast addresses: no device ever sends from those. */
  public static boolean canBeOneDevice(IpAddress address) {
    return !address.equals(UNSPECIFIED_4)
        && !address.equals(UNSPECIFIED_6)
        && !address.equals(BROADCAST)
        && !MULTICAST_4.contains(address)
        && !MULTICAST_6.contains(address);
  }

  /** True when the address can be reached from anywhere, so that only one network can hold it. */
  public static boolean isGloballyReachable(IpAddress address) {
    Block block = narrowest(address);
    return block == null || block.globallyReachable();
  }

  /** What the address is for, such as {@code private (RFC 1918)}; for the sentence of a refusal. */
  public static String nameOf(IpAddress address) {
    Block block = narrowest(address);
    return block == null ? "global unicast (RFC 791)" : block.name();
  }

  private static @Nullable Block narrowest(IpAddress address) {
    return BLOCKS.stream()
        .filter(block -> block.network().contains(address))
        .max(Comparator.comparingInt(block -> block.network().prefixLength()))
        .orElse(null);
  }
}
