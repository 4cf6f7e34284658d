package dev.ipauth.relay.onward;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;

/**
 * Where mail is handed on, and how the way there is encrypted: the setting {@code NEXT_HOP}.
 *
 * @param host a name, or an address without brackets
 * @param port 1 to 65535
 */
public record NextHopAddress(Encryption encryption, String host, int port) {

  /** What is asked of TLS on the way. */
  public enum Encryption {
    /**
     * {@code smtp://}: STARTTLS when it's offered, without proof of the other's name, for without
     * it the mail would go in the clear (RFC 7435).
     */
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
      for (Encryption encryption : values()) {
        if (encryption.scheme.equals(scheme.toLowerCase(Locale.ROOT))) {
          return encryption;
        }
      }
      throw new IllegalArgumentException(
          "the next hop begins with smtp://, smtp+starttls:// or smtps://");
    }

    boolean isRequired() {
      return this != WHEN_OFFERED;
    }
  }

  /**
   * Reads {@code smtp://host:port} and its like; the port may be left out.
   *
   * @throws IllegalArgumentException with what is wrong, fit to follow the setting's name
   */
  public static NextHopAddress parse(String text) {
    URI uri;
    try {
      uri = new URI(text).parseServerAuthority();
    } catch (URISyntaxException _) {
      throw new IllegalArgumentException("the next hop is written smtp://host:port");
    }
    boolean bare =
        (uri.getRawPath() == null || uri.getRawPath().isEmpty())
            && uri.getRawQuery() == null
            && uri.getRawFragment() == null
            && uri.getRawUserInfo() == null;
    if (uri.getScheme() == null || uri.getHost() == null || !bare) {
      throw new IllegalArgumentException("the next hop is written smtp://host:port");
    }
    Encryption encryption = Encryption.of(uri.getScheme());
    int port = uri.getPort() < 0 ? encryption.defaultPort : uri.getPort();
    if (port < 1 || port > 65535) {
      throw new IllegalArgumentException("a port goes from 1 to 65535");
    }
    return new NextHopAddress(encryption, withoutBrackets(uri.getHost()), port);
  }

  private static String withoutBrackets(String host) {
    return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
  }

  @Override
  public String toString() {
    String written = host.indexOf(':') < 0 ? host : "[" + host + "]";
    return encryption.scheme + "://" + written + ":" + port;
  }
}
