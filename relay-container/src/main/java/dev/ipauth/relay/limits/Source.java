package dev.ipauth.relay.limits;

import dev.ipauth.tables.IpAddress;

/** What an address counts as, wherever strangers are counted. */
public final class Source {
  private Source() {}

  /** An IPv4 address is itself, an IPv6 address the first of its /64. */
  public static IpAddress of(IpAddress address) {
    return address.isIpv4() ? address : new IpAddress(address.high(), 0);
  }
}
