package dev.ipauth.local.http;

import dev.ipauth.functions.caller.ClientAddress;
import dev.ipauth.functions.problem.ProblemType;
import dev.ipauth.functions.problem.Refusal;
import dev.ipauth.tables.IpAddress;
import dev.ipauth.tables.Network;
import io.micronaut.http.HttpRequest;
import java.util.Arrays;
import java.util.List;

/**
 * The client's address behind reverse proxies. Each of them adds the address that it was reached
 * from at the right of {@code X-Forwarded-For}; what stands left of the rightmost that isn't one of
 * theirs, anybody may have written.
 *
 * @param proxies whose word is taken
 */
public record ForwardedAddress(List<Network> proxies) implements ClientAddress {
  private static final String HEADER = "X-Forwarded-For";

  @Override
  public IpAddress of(HttpRequest<?> request) {
    IpAddress connection = ClientAddress.ofConnection().of(request);
    List<String> lines = request.getHeaders().getAll(HEADER);
    return isProxy(connection) && !lines.isEmpty() ? client(lines) : connection;
  }

  /** Of several lines, which are one list (RFC 9110 section 5.3). */
  IpAddress client(List<String> lines) {
    List<IpAddress> path =
        Arrays.stream(String.join(",", lines).split(",", -1))
            .map(ForwardedAddress::address)
            .toList();
    return path.reversed().stream()
        .filter(address -> !isProxy(address))
        .findFirst()
        .orElse(path.getFirst());
  }

  private static IpAddress address(String entry) {
    try {
      return IpAddress.parse(entry.strip());
    } catch (IllegalArgumentException e) {
      throw new Refusal(
          ProblemType.MALFORMED_REQUEST,
          HEADER + " is a list of IP addresses with commas between. " + e.getMessage());
    }
  }

  /** Whether a proxy of the operator's is there. */
  public boolean isProxy(IpAddress address) {
    return proxies.stream().anyMatch(network -> network.contains(address));
  }
}
