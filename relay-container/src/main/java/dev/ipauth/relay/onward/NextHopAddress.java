package dev.ipauth.relay.onward;

import dev.ipauth.tables.IpAddress;
import java.util.Arrays;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * A server that mail is handed to by SMTP, and how the way there is encrypted.
 *
 * @param host a name, or an address without brackets
 * @param port 1 to 65535
 */
public record NextHopAddress(Encryption encryption, String host, int port) implements NextHopUrl {
  private static final Pattern URL =
      Pattern.compile("([A-Za-z+]+)://(?:([A-Za-z0-9._-]+)|\\[([0-9A-Fa-f:.]+)])(?::(\\d{1,5}))?");

  /** What the JDK's look-up would take for an address, and read as octal or with parts missing. */
  private static final Pattern NUMERIC = Pattern.compile("(?:.*\\.)?(?:\\d+|0[xX]\\p{XDigit}*)");

  /** What is asked of TLS on the way. */
  public enum Encryption {
    /** {@code smtp://}: STARTTLS when it is offered. */
    WHEN_OFFERED("smtp", 25),
    /** {@code smtp+starttls://}: STARTTLS with a proven name, or nothing goes over. */
    REQUIRED("smtp+starttls", 587),
    /** {@code smtps://}: TLS from the first octet, with a proven name. */
    FROM_THE_START("smtps", 465);

    private final String scheme;
    private final int defaultPort;

    Encryption(String scheme, int defaultPort) {
      this.scheme = scheme;
      this.defaultPort = defaultPort;
    }

    private static Encryption of(String scheme) {
      return Arrays.stream(values())
          .filter(encryption -> encryption.scheme.equals(scheme.toLowerCase(Locale.ROOT)))
          .findFirst()
          .orElseThrow(NextHopAddress::malformed);
    }

    boolean isRequired() {
      return this != WHEN_OFFERED;
    }
  }

  /**
   * Reads {@code smtp://host:port} and its like; the port may be left out.
   *
   * @throws IllegalArgumentException with a sentence that says what to write instead
   */
  public static NextHopAddress parse(String text) {
    var url = URL.matcher(text);
    if (!url.matches()) {
      throw malformed();
    }
    Encryption encryption = Encryption.of(url.group(1));
    String host =
        url.group(3) == null ? host(url.group(2)) : IpAddress.parse(url.group(3)).toString();
    int port = url.group(4) == null ? encryption.defaultPort : Integer.parseInt(url.group(4));
    if (port < 1 || port > 65_535) {
      throw new IllegalArgumentException("Write a port from 1 to 65535.");
    }
    return new NextHopAddress(encryption, host, port);
  }

  private static String host(String text) {
    return NUMERIC.matcher(text).matches() ? IpAddress.parse(text).toString() : text;
  }

  private static IllegalArgumentException malformed() {
    return new IllegalArgumentException(
        "Write `smtp://host:port`, `smtp+starttls://host:port` or `smtps://host:port`.");
  }

  @Override
  public String toString() {
    String written = host.indexOf(':') < 0 ? host : "[" + host + "]";
    return encryption.scheme + "://" + written + ":" + port;
  }
}
