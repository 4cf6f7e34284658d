package dev.ipauth.local.http;

import dev.ipauth.settings.Form;
import dev.ipauth.settings.Setting;
import dev.ipauth.settings.Values;
import dev.ipauth.tables.IpAddress;
import dev.ipauth.tables.Network;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Where the API and the dashboard are reached, and how one signs in.
 *
 * @param port 0 for any free one
 * @param url how people reach it through a reverse proxy, without a path
 * @param trustedProxies whose {@code X-Forwarded-For} is believed
 */
public record HttpSettings(
    int port,
    IpAddress address,
    Optional<URI> url,
    List<Network> trustedProxies,
    SignIn signIn,
    Optional<String> issuer,
    Optional<String> audience) {
  private static final IpAddress LOOPBACK = IpAddress.parse("127.0.0.1");

  static final Setting<Integer> HTTP_PORT =
      Setting.of("HTTP_PORT", Form.number(0, 65_535), "8080", "The API and the dashboard.");
  static final Setting<IpAddress> HTTP_ADDRESS =
      Setting.of(
          "HTTP_ADDRESS",
          Form.of("one IP address", IpAddress::parse),
          LOOPBACK.toString(),
          "The address that they are on. Another than the default needs a `SIGN_IN` that isn't"
              + " `anyone`.");
  static final Setting<Optional<URI>> HTTP_URL =
      Setting.optional(
          "HTTP_URL",
          Form.of("a URL without a path, such as https://relay.example.com", HttpSettings::url),
          "How people reach them, where a reverse proxy that ends TLS stands before them; a request"
              + " for another `Host` is 421 then. It needs a `SIGN_IN` that isn't `anyone`.");
  static final Setting<List<Network>> TRUSTED_HTTP_PROXIES =
      Setting.of(
          "TRUSTED_HTTP_PROXIES",
          Form.of("a network such as 10.0.0.0/8", Network::parse).list(),
          "none",
          "The reverse proxies whose `X-Forwarded-For` is believed: the client is its rightmost"
              + " address that isn't one of theirs.");
  static final Setting<SignIn> SIGN_IN =
      Setting.of(
          "SIGN_IN",
          Form.oneOf(
              List.of("anyone", "key", "openid"),
              word -> SignIn.valueOf(word.toUpperCase(Locale.ROOT))),
          "anyone",
          "`anyone`: whoever asks gets a token for any account, to try the platform with. `key`:"
              + " with an account's key, which `local.jar key add ACCOUNT` makes. `openid`: with the"
              + " operator's OpenID Connect provider (`OPENID_ISSUER`, `OPENID_AUDIENCE`,"
              + " `ACCOUNT_CLAIM`).");
  static final Setting<Optional<String>> OPENID_ISSUER =
      Setting.optional(
          "OPENID_ISSUER",
          Form.of("the provider's issuer URL", text -> text),
          "With `SIGN_IN=openid`: whose tokens are believed.");
  static final Setting<Optional<String>> OPENID_AUDIENCE =
      Setting.optional(
          "OPENID_AUDIENCE",
          Form.of("what the tokens' `aud` has", text -> text),
          "With `SIGN_IN=openid`: whom the tokens must be for.");

  public static final List<Setting<?>> ALL =
      List.of(
          HTTP_PORT,
          HTTP_ADDRESS,
          HTTP_URL,
          TRUSTED_HTTP_PROXIES,
          SIGN_IN,
          OPENID_ISSUER,
          OPENID_AUDIENCE);

  /** What can't be, though each setting is good by itself. */
  public static void check(Values values, Consumer<String> fault) {
    SignIn signIn = values.find(SIGN_IN).orElse(SignIn.KEY);
    if (signIn == SignIn.ANYONE) {
      values
          .find(HTTP_ADDRESS)
          .filter(address -> !address.equals(LOOPBACK))
          .ifPresent(address -> fault.accept(open("HTTP_ADDRESS=" + address)));
      values
          .find(HTTP_URL)
          .flatMap(url -> url)
          .ifPresent(url -> fault.accept(open("HTTP_URL=" + url)));
    }
    if (signIn == SignIn.OPENID) {
      for (var setting : List.of(OPENID_ISSUER, OPENID_AUDIENCE)) {
        if (values.find(setting).filter(Optional::isEmpty).isPresent()) {
          fault.accept(
              "%s must be set with SIGN_IN=openid. Write %s."
                  .formatted(setting.name(), setting.form().words()));
        }
      }
    }
  }

  private static String open(String setting) {
    return setting
        + " can't be used with SIGN_IN=anyone: whoever reaches it could sign in to any account."
        + " Write SIGN_IN=key or SIGN_IN=openid.";
  }

  public static HttpSettings from(Values values) {
    return new HttpSettings(
        values.get(HTTP_PORT),
        values.get(HTTP_ADDRESS),
        values.get(HTTP_URL),
        values.get(TRUSTED_HTTP_PROXIES),
        values.get(SIGN_IN),
        values.get(OPENID_ISSUER),
        values.get(OPENID_AUDIENCE));
  }

  private static URI url(String text) {
    try {
      URI url = new URI(text.replaceFirst("/$", "")).parseServerAuthority();
      String scheme = String.valueOf(url.getScheme());
      boolean isPlain =
          url.getRawPath().isEmpty()
              && url.getRawQuery() == null
              && url.getRawFragment() == null
              && url.getRawUserInfo() == null;
      if (url.getHost() == null || !isPlain || !List.of("http", "https").contains(scheme)) {
        throw new IllegalArgumentException();
      }
      return url;
    } catch (URISyntaxException e) {
      throw new IllegalArgumentException(null, e);
    }
  }

  /**
   * How it's reached.
   *
   * @param open the port that it is on
   */
  public String reachedAt(int open) {
    return url.map(URI::toString).orElseGet(() -> "http://" + host() + ":" + open);
  }

  /** Whether it listens at every address, and nobody has said which of them people use. */
  public boolean isNowhereInParticular() {
    return url.isEmpty() && address.toInetAddress().isAnyLocalAddress();
  }

  public boolean isReachedByHttps() {
    return url.filter(there -> there.getScheme().equals("https")).isPresent();
  }

  private String host() {
    if (address.equals(LOOPBACK) || address.toInetAddress().isAnyLocalAddress()) {
      return "localhost";
    }
    return address.isIpv4() ? address.toString() : "[" + address + "]";
  }

  /** The hosts that requests may be for. */
  public Hosts hosts() {
    if (url.isPresent()) {
      return Hosts.only(url.get().getHost());
    }
    return address.toInetAddress().isLoopbackAddress()
        ? Hosts.only("localhost", "127.0.0.1", "[::1]", host())
        : Hosts.any();
  }
}
