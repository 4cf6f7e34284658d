package dev.ipauth.relay.wire;

import dev.ipauth.settings.Form;
import dev.ipauth.settings.Setting;
import dev.ipauth.settings.Values;
import dev.ipauth.tables.IpAddress;
import dev.ipauth.tables.Network;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * Where devices connect, and how their address is known.
 *
 * @param ports at least one
 * @param address to listen on; all of the machine's, IPv4 and IPv6, when empty
 * @param proxyProtocol whether each connection begins with a PROXY protocol header
 * @param trustedProxies the only ones it is believed from; not empty where it is required
 */
public record ListenSettings(
    List<Port> ports,
    Optional<IpAddress> address,
    boolean proxyProtocol,
    List<Network> trustedProxies) {

  private static final Form<List<Integer>> PORTS =
      Form.of("a port from 0 (any free one) to 65535", Form.number(0, 65_535).reader()).list();

  static final Setting<List<Integer>> SMTP_PORTS =
      Setting.of(
          "SMTP_PORTS",
          PORTS,
          "2525",
          "Ports that begin in the clear and offer STARTTLS. The default needs no privilege; the"
              + " load balancer in front maps 25, 587 and 2525 to it.");
  static final Setting<List<Integer>> SMTPS_PORTS =
      Setting.of(
          "SMTPS_PORTS",
          PORTS,
          "4650",
          "Ports with TLS from the first byte. The load balancer maps 465 to it.");
  static final Setting<List<Integer>> PLAIN_PORTS =
      Setting.of(
          "PLAIN_PORTS",
          PORTS,
          "none",
          "Ports that never offer STARTTLS, for devices that fail at it.");
  static final Setting<List<Integer>> LEGACY_TLS_PORTS =
      Setting.of(
          "LEGACY_TLS_PORTS",
          PORTS,
          "none",
          "Ports that offer STARTTLS with TLS 1.0 and up, for devices that know nothing newer.");
  public static final Setting<Optional<IpAddress>> LISTEN_ADDRESS =
      Setting.optional(
          "LISTEN_ADDRESS",
          Form.of("one IP address", ListenSettings::address),
          "The address to listen on, for mail and for management; all of the machine's, IPv4 and"
              + " IPv6, when unset.");
  static final Setting<Boolean> PROXY_PROTOCOL =
      Setting.of(
          "PROXY_PROTOCOL",
          Form.oneOf(List.of("off", "required"), "required"::equals),
          "off",
          "Whether every connection must begin with a PROXY protocol header (v1 or v2), which tells"
              + " the device's address.");
  static final Setting<List<Network>> TRUSTED_PROXIES =
      Setting.of(
          "TRUSTED_PROXIES",
          Form.of("a network such as 10.0.0.0/8", Network::parse).list(),
          "none",
          "The networks that the header is believed from; a connection from elsewhere is closed.");

  private static final List<Setting<List<Integer>>> SMTP =
      List.of(SMTP_PORTS, SMTPS_PORTS, PLAIN_PORTS, LEGACY_TLS_PORTS);

  public static final List<Setting<?>> ALL =
      List.of(
          SMTP_PORTS,
          SMTPS_PORTS,
          PLAIN_PORTS,
          LEGACY_TLS_PORTS,
          LISTEN_ADDRESS,
          PROXY_PROTOCOL,
          TRUSTED_PROXIES);

  private static IpAddress address(String text) {
    IpAddress address = IpAddress.parse(text);
    InetAddress one = address.toInetAddress();
    if (one.isMulticastAddress() || one.getHostAddress().equals("255.255.255.255")) {
      throw new IllegalArgumentException("No machine has this address for itself.");
    }
    return address;
  }

  public static void check(Values values, Consumer<String> fault) {
    if (values.find(PROXY_PROTOCOL).orElse(false)
        && values.find(TRUSTED_PROXIES).filter(List::isEmpty).isPresent()) {
      fault.accept(
          "TRUSTED_PROXIES must be set when PROXY_PROTOCOL=required, or anyone could claim to be"
              + " any device. Write the networks of the load balancer.");
    }
    if (numbers(values).findAny().isEmpty()
        && SMTP.stream().allMatch(s -> values.find(s).isPresent())) {
      fault.accept("SMTP_PORTS=none leaves no port to take mail on. Write one.");
    }
  }

  /** All ports that are set to be listened on. */
  public static Stream<Integer> numbers(Values values) {
    return SMTP.stream().flatMap(setting -> numbers(values, setting));
  }

  private static Stream<Integer> numbers(Values values, Setting<List<Integer>> setting) {
    return values.find(setting).stream().flatMap(List::stream);
  }

  public static ListenSettings from(Values values) {
    var ports =
        Stream.of(
                ports(values.get(SMTP_PORTS), Port.Kind.STARTTLS),
                ports(values.get(SMTPS_PORTS), Port.Kind.TLS),
                ports(values.get(PLAIN_PORTS), Port.Kind.PLAIN),
                ports(values.get(LEGACY_TLS_PORTS), Port.Kind.LEGACY_STARTTLS))
            .flatMap(p -> p)
            .toList();
    return new ListenSettings(
        ports, values.get(LISTEN_ADDRESS), values.get(PROXY_PROTOCOL), values.get(TRUSTED_PROXIES));
  }

  private static Stream<Port> ports(List<Integer> numbers, Port.Kind kind) {
    return numbers.stream().map(number -> new Port(number, kind));
  }
}
