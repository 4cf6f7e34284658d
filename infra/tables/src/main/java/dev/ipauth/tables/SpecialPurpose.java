package dev.ipauth.tables;

import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which addresses can be one device's on the public internet: not those of the IANA IPv4 and IPv6
 * Special-Purpose Address Registries (RFC 6890, as of 2026), no multicast, and nothing that IANA
 * hasn't given out. Of the registries' rows that are globally reachable none is a device's, either:
 * they are services that answer from anywhere (anycast), or identifiers that nothing is routed by.
 */
public final class SpecialPurpose {
  private record Block(Network network, String name) {}

  private static final List<Block> BLOCKS =
      List.of(
          block("0.0.0.0/8", "this network (RFC 791)"),
          block("10.0.0.0/8", "private (RFC 1918)"),
          block("100.64.0.0/10", "shared, behind carrier NAT (RFC 6598)"),
          block("127.0.0.0/8", "loopback (RFC 1122)"),
          block("169.254.0.0/16", "link-local (RFC 3927)"),
          block("172.16.0.0/12", "private (RFC 1918)"),
          block("192.0.0.0/24", "IETF protocol assignments (RFC 6890)"),
          block("192.0.0.9/32", "Port Control Protocol anycast (RFC 7723)"),
          block("192.0.0.10/32", "TURN anycast (RFC 8155)"),
          block("192.0.2.0/24", "documentation (RFC 5737)"),
          block("192.31.196.0/24", "AS112-v4, an anycast service (RFC 7535)"),
          block("192.52.193.0/24", "AMT, an anycast service (RFC 7450)"),
          block("192.88.99.0/24", "6to4 relay anycast (RFC 7526)"),
          block("192.168.0.0/16", "private (RFC 1918)"),
          block("192.175.48.0/24", "AS112, an anycast service (RFC 7534)"),
          block("198.18.0.0/15", "benchmarking (RFC 2544)"),
          block("198.51.100.0/24", "documentation (RFC 5737)"),
          block("203.0.113.0/24", "documentation (RFC 5737)"),
          block("224.0.0.0/4", "multicast (RFC 5771)"),
          block("240.0.0.0/4", "reserved (RFC 1112)"),
          block("255.255.255.255/32", "limited broadcast (RFC 8190)"),
          block("::/96", "IPv4-compatible, which nothing uses any more (RFC 4291)"),
          block("::/128", "unspecified (RFC 4291)"),
          block("::1/128", "loopback (RFC 4291)"),
          block("64:ff9b:1::/48", "local-use IPv4-IPv6 translation (RFC 8215)"),
          block("100::/64", "discard only (RFC 6666)"),
          block("100:0:0:1::/64", "dummy prefix (RFC 9780)"),
          block("2001::/23", "IETF protocol assignments (RFC 2928)"),
          block("2001::/32", "Teredo (RFC 4380)"),
          block("2001:1::1/128", "Port Control Protocol anycast (RFC 7723)"),
          block("2001:1::2/128", "TURN anycast (RFC 8155)"),
          block("2001:1::3/128", "DNS-SD anycast (RFC 9665)"),
          block("2001:2::/48", "benchmarking (RFC 5180)"),
          block("2001:3::/32", "AMT, an anycast service (RFC 7450)"),
          block("2001:4:112::/48", "AS112-v6, an anycast service (RFC 7535)"),
          block("2001:20::/28", "ORCHIDv2, identifiers and not addresses (RFC 7343)"),
          block("2001:30::/28", "drone remote ids and not addresses (RFC 9374)"),
          block("2001:db8::/32", "documentation (RFC 3849)"),
          block("2002::/16", "6to4 (RFC 3056)"),
          block("2620:4f:8000::/48", "AS112, an anycast service (RFC 7534)"),
          block("3fff::/20", "documentation (RFC 9637)"),
          block("5f00::/16", "segment routing (RFC 9602)"),
          block("fc00::/7", "unique local (RFC 4193)"),
          block("fe80::/10", "link-local (RFC 4291)"),
          block("ff00::/8", "multicast (RFC 4291)"));

  // All that IANA has given out for global unicast so far (RFC 4291).
  private static final Network GLOBAL_UNICAST_6 = Network.parse("2000::/3");
  // An IPv4 address in IPv6's clothes (RFC 6052), and as public as that one is.
  private static final Network TRANSLATED = Network.parse("64:ff9b::/96");
  private static final Network MULTICAST_4 = Network.parse("224.0.0.0/4");
  private static final Network MULTICAST_6 = Network.parse("ff00::/8");
  private static final IpAddress UNSPECIFIED_4 = IpAddress.parse("0.0.0.0");
  private static final IpAddress UNSPECIFIED_6 = IpAddress.parse("::");
  private static final IpAddress BROADCAST = IpAddress.parse("255.255.255.255");

  private SpecialPurpose() {}

  private static Block block(String network, String name) {
    return new Block(Network.parse(network), name);
  }

  /** False for unspecified, multicast and broadcast addresses: no device ever sends from those. */
  public static boolean canBeOneDevice(IpAddress address) {
    IpAddress judged = untranslated(address);
    return !judged.equals(UNSPECIFIED_4)
        && !judged.equals(UNSPECIFIED_6)
        && !judged.equals(BROADCAST)
        && !MULTICAST_4.contains(judged)
        && !MULTICAST_6.contains(judged);
  }

  /** True when only one network in the world can hold the address, and a device may have it. */
  public static boolean isPublic(IpAddress address) {
    IpAddress judged = untranslated(address);
    return narrowest(judged) == null && (judged.isIpv4() || GLOBAL_UNICAST_6.contains(judged));
  }

  /** What the address is for, such as {@code private (RFC 1918)}; for the sentence of a refusal. */
  public static String nameOf(IpAddress address) {
    IpAddress judged = untranslated(address);
    Block block = narrowest(judged);
    if (block != null) {
      return judged.equals(address)
          ? block.name()
          : "the translation of an address that is " + block.name();
    }
    return isPublic(address) ? "global unicast (RFC 4291)" : "not global unicast (RFC 4291)";
  }

  private static IpAddress untranslated(IpAddress address) {
    return TRANSLATED.contains(address) ? IpAddress.ofIpv4((int) address.low()) : address;
  }

  private static @Nullable Block narrowest(IpAddress address) {
    return BLOCKS.stream()
        .filter(block -> block.network().contains(address))
        .max(Comparator.comparingInt(block -> block.network().prefixLength()))
        .orElse(null);
  }
}
