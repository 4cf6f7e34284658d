package dev.ipauth.functions.register;

import dev.ipauth.functions.caller.Caller;
import dev.ipauth.tables.IpAddress;
import dev.ipauth.tables.Network;
import java.util.List;

/**
 * What shows that somebody is at an address: that the request comes from there. It shows no more:
 * behind one address may be an office, or all the customers of a carrier's NAT.
 */
public final class ProofOfControl {
  // Whatever passes requests on may stand there, so what comes from there comes from anywhere.
  private static final List<Network> LOOPBACK =
      List.of(Network.parse("127.0.0.0/8"), Network.parse("::1/128"));

  private ProofOfControl() {}

  /** Whether a request from there proves that somebody is at the address. */
  public static boolean proves(IpAddress from, IpAddress address) {
    return from.equals(address) && LOOPBACK.stream().noneMatch(network -> network.contains(from));
  }

  /** Whether the caller may have the address without anybody agreeing. */
  static boolean isGiven(RegisterSettings settings, Caller caller, IpAddress address) {
    return switch (settings.nominationProof()) {
      case OFF -> true;
      case REQUIRED -> proves(caller.ip(), address);
    };
  }
}
