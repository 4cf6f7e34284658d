package dev.ipauth.local.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.ipauth.functions.problem.Refusal;
import dev.ipauth.tables.IpAddress;
import dev.ipauth.tables.Network;
import io.micronaut.core.util.StringUtils;
import io.micronaut.http.simple.SimpleHttpRequest;
import java.net.InetSocketAddress;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Where a request came from, through proxies at 10.0.0.0/8 and 2001:db8:1::/48. */
class ForwardedAddressTest {
  private final ForwardedAddress address =
      new ForwardedAddress(List.of(Network.parse("10.0.0.0/8"), Network.parse("2001:db8:1::/48")));

  /** From a connection; the lines of its header stand between bars. */
  private String client(String connection, String header) {
    var request = new From(connection);
    if (!StringUtils.isEmpty(header)) {
      for (String line : header.split("\\|", -1)) {
        request.getHeaders().add("X-Forwarded-For", line);
      }
    }
    return address.of(request).toString();
  }

  private static final class From extends SimpleHttpRequest<String> {
    private final InetSocketAddress address;

    From(String connection) {
      super(io.micronaut.http.HttpMethod.GET, "/", "");
      address = new InetSocketAddress(IpAddress.parse(connection).toInetAddress(), 40_000);
    }

    @Override
    public InetSocketAddress getRemoteAddress() {
      return address;
    }
  }

  @ParameterizedTest
  @CsvSource({
    "a stranger is believed nothing, 198.51.100.7, 192.0.2.9, 198.51.100.7",
    "nor nonsense, 198.51.100.7, unknown, 198.51.100.7",
    "a proxy that says nothing, 10.0.0.1, '', 10.0.0.1",
    "a proxy, 10.0.0.1, 198.51.100.7, 198.51.100.7",
    "a proxy over IPv6, 2001:db8:1::1, 198.51.100.7, 198.51.100.7",
    "what the client wrote itself, 10.0.0.1, '192.0.2.9, 198.51.100.7', 198.51.100.7",
    "two proxies, 10.0.0.1, '198.51.100.7,10.0.0.2', 198.51.100.7",
    "lines are one list, 10.0.0.1, '192.0.2.9|198.51.100.7 , 10.0.0.2|10.0.0.3', 198.51.100.7",
    "all are proxies, 10.0.0.1, '10.0.0.4,10.0.0.3|10.0.0.2', 10.0.0.4",
    "IPv6, 10.0.0.1, 2001:DB8::7, 2001:db8::7",
    "IPv4 in IPv6, 10.0.0.1, ::ffff:198.51.100.7, 198.51.100.7",
    "a proxy as IPv4 in IPv6, 10.0.0.1, '198.51.100.7,::ffff:10.0.0.2', 198.51.100.7"
  })
  void isTheRightmostThatIsNotAProxys(String why, String from, String header, String client) {
    assertEquals(client, client(from, header), why);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        " ",
        ",",
        "198.51.100.7,",
        "unknown,198.51.100.7",
        "198.51.100.7:4711",
        "[2001:db8::7]",
        "010.0.0.1",
        "fe80::1%eth0",
        "198.51.100.7| ",
        "198.51.100.7 192.0.2.9"
      })
  void whatIsNoListOfAddressesIs400(String header) {
    var refused =
        assertThrows(Refusal.class, () -> address.client(List.of(header.split("\\|", -1))));
    assertEquals(400, refused.problem().status());
  }
}
