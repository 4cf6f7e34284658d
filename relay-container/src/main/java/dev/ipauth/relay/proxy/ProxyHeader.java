package dev.ipauth.relay.proxy;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.ipauth.tables.IpAddress;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The header that a proxy puts before a connection (the PROXY protocol, versions 1 and 2), read
 * strictly: the address in it decides who may send, so what can be read in two ways is refused. Of
 * version 2's extensions nothing is believed, and they are bounded.
 */
sealed interface ProxyHeader {

  /** More octets are needed to tell. */
  record Incomplete() implements ProxyHeader {}

  /** What came is no such header. */
  record Malformed() implements ProxyHeader {}

  /** LOCAL or UNKNOWN: the connection is the proxy's own, such as its health check. */
  record ProxyItself() implements ProxyHeader {}

  /** A device's address. */
  record Client(IpAddress address) implements ProxyHeader {}

  String V2_SIGNATURE = "\r\n\r\n\0\r\nQUIT\n";
  String V1_SIGNATURE = "PROXY ";
  int V1_LONGEST = 107;
  int V2_PREFIX = 16;
  int V2_LONGEST = 1024;
  String PORT = " (0|[1-9][0-9]{0,4}) (0|[1-9][0-9]{0,4})";
  Pattern TCP4 = Pattern.compile("PROXY TCP4 ([0-9.]{7,15}) ([0-9.]{7,15})" + PORT);
  Pattern TCP6 = Pattern.compile("PROXY TCP6 ([0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*) (\\S*:\\S*)" + PORT);

  /** Takes the header from the front of what was received; takes nothing where it is incomplete. */
  static ProxyHeader take(ByteBuf received) {
    if (begins(received, V2_SIGNATURE)) {
      return received.readableBytes() < V2_PREFIX ? new Incomplete() : takeV2(received);
    }
    return begins(received, V1_SIGNATURE) ? takeV1(received) : new Malformed();
  }

  /** Whether this is meant to be one, however it goes on. */
  static boolean isBegunBy(String beginning) {
    return beginning.startsWith(V1_SIGNATURE) || beginning.contains("QUIT\n");
  }

  /** What of it belongs to a header: a line, or what every header of version 2 has. */
  static String beginningOf(String text) {
    if (text.startsWith(V1_SIGNATURE)) {
      return text.lines().findFirst().orElse("");
    }
    return text.substring(0, Math.min(text.length(), V2_PREFIX));
  }

  /** Whether it agrees with the signature as far as there is something. */
  private static boolean begins(ByteBuf received, String signature) {
    int length = Math.min(received.readableBytes(), signature.length());
    String first = received.toString(received.readerIndex(), length, ISO_8859_1);
    return signature.startsWith(first);
  }

  private static ProxyHeader takeV1(ByteBuf received) {
    int length = received.bytesBefore((byte) '\n');
    if (length < 0) {
      return received.readableBytes() < V1_LONGEST ? new Incomplete() : new Malformed();
    }
    String line = received.readCharSequence(length + 1, US_ASCII).toString();
    if (length >= V1_LONGEST || !line.endsWith("\r\n")) {
      return new Malformed();
    }
    String text = line.substring(0, line.length() - 2);
    if (text.equals("PROXY UNKNOWN") || text.startsWith("PROXY UNKNOWN ")) {
      return new ProxyItself();
    }
    return client(TCP4.matcher(text), TCP6.matcher(text));
  }

  private static ProxyHeader client(Matcher tcp4, Matcher tcp6) {
    Matcher parts = tcp4.matches() ? tcp4 : tcp6;
    if (!parts.matches() || !isPort(parts.group(3)) || !isPort(parts.group(4))) {
      return new Malformed();
    }
    try {
      IpAddress.parse(parts.group(2));
      return new Client(IpAddress.parse(parts.group(1)));
    } catch (IllegalArgumentException _) {
      return new Malformed();
    }
  }

  private static boolean isPort(String digits) {
    return Integer.parseInt(digits) <= 65_535;
  }

  private static ProxyHeader takeV2(ByteBuf received) {
    int start = received.readerIndex();
    int command = received.getUnsignedByte(start + 12);
    int family = received.getUnsignedByte(start + 13);
    int length = received.getUnsignedShort(start + 14);
    if (length > V2_LONGEST) {
      return new Malformed();
    }
    if (received.readableBytes() < V2_PREFIX + length) {
      return new Incomplete();
    }
    byte[] addresses = ByteBufUtil.getBytes(received, start + V2_PREFIX, length);
    received.skipBytes(V2_PREFIX + length);
    return switch (command) {
      case 0x20 -> new ProxyItself();
      case 0x21 -> client(family, addresses);
      default -> new Malformed();
    };
  }

  /** TCP over IPv4 or IPv6: two addresses and two ports, then what nobody here asks for. */
  private static ProxyHeader client(int family, byte[] addresses) {
    int size =
        switch (family) {
          case 0x11 -> 4;
          case 0x21 -> 16;
          default -> 0;
        };
    if (family == 0x00) {
      return new ProxyItself();
    }
    return size == 0 || addresses.length < 2 * size + 4
        ? new Malformed()
        : new Client(IpAddress.of(Arrays.copyOf(addresses, size)));
  }
}
