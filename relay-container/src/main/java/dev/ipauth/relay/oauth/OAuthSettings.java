package dev.ipauth.relay.oauth;

import dev.ipauth.settings.Form;
import dev.ipauth.settings.Setting;
import dev.ipauth.settings.Values;
import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Where tokens come from.
 *
 * @param url the issuer's token endpoint
 * @param authorities PEM file of certificates to trust beside the JDK's, null for the JDK's alone
 * @param connect how long a connection to the issuer may take
 * @param timeout how long the whole answer may take
 */
public record OAuthSettings(
    URI url, Grant grant, @Nullable Path authorities, Duration connect, Duration timeout) {
  private static final String GMAIL = "https://mail.google.com/";

  private static final Form<String> TEXT = Form.of("a value", text -> text);

  static final Setting<Optional<URI>> NEXT_HOP_OAUTH_TOKEN_URL =
      Setting.optional(
          "NEXT_HOP_OAUTH_TOKEN_URL",
          Form.of("an `https` URL", OAuthSettings::url),
          "Where access tokens are fetched, such as"
              + " `https://login.microsoftonline.com/TENANT/oauth2/v2.0/token`. `http` is for this"
              + " machine alone. With a service account, the `token_uri` of its key file unless set.");
  static final Setting<Optional<String>> NEXT_HOP_OAUTH_CLIENT_ID =
      Setting.optional(
          "NEXT_HOP_OAUTH_CLIENT_ID", TEXT, "The application's id at the issuer of tokens.");
  static final Setting<Optional<String>> NEXT_HOP_OAUTH_CLIENT_SECRET =
      Setting.optional(
          "NEXT_HOP_OAUTH_CLIENT_SECRET",
          Form.secret("a secret"),
          "The application's secret there.");
  static final Setting<Optional<String>> NEXT_HOP_OAUTH_SCOPE =
      Setting.optional(
          "NEXT_HOP_OAUTH_SCOPE",
          TEXT,
          "What the token is for: `https://outlook.office365.com/.default` for Microsoft 365. With a"
              + " service account `"
              + GMAIL
              + "` unless set.");
  static final Setting<Optional<Path>> NEXT_HOP_OAUTH_SERVICE_ACCOUNT =
      Setting.optional(
          "NEXT_HOP_OAUTH_SERVICE_ACCOUNT",
          Form.of("the path of a service account's key file (JSON)", OAuthSettings::keyFile),
          "A service account's key file, as Google makes it, instead of a client's id and secret.");

  public static final List<Setting<?>> ALL =
      List.of(
          NEXT_HOP_OAUTH_TOKEN_URL,
          NEXT_HOP_OAUTH_CLIENT_ID,
          NEXT_HOP_OAUTH_CLIENT_SECRET,
          NEXT_HOP_OAUTH_SCOPE,
          NEXT_HOP_OAUTH_SERVICE_ACCOUNT);

  /** Whether a token can be had; which of the two kinds it is must be clear. */
  public static void check(Values values, Consumer<String> fault) {
    boolean client =
        values.isSet(NEXT_HOP_OAUTH_CLIENT_ID) || values.isSet(NEXT_HOP_OAUTH_CLIENT_SECRET);
    boolean account = values.isSet(NEXT_HOP_OAUTH_SERVICE_ACCOUNT);
    if (client && account) {
      fault.accept(
          "NEXT_HOP_OAUTH_SERVICE_ACCOUNT stands instead of NEXT_HOP_OAUTH_CLIENT_ID and"
              + " NEXT_HOP_OAUTH_CLIENT_SECRET. Set it or them.");
    } else if (account && !values.isSet(NEXT_HOP_OAUTH_TOKEN_URL)) {
      values.find(NEXT_HOP_OAUTH_SERVICE_ACCOUNT).ifPresent(file -> checkUrl(file.get(), fault));
    } else if (!account && !isWholeClient(values)) {
      fault.accept(
          "NEXT_HOP_AUTH=xoauth2 needs NEXT_HOP_OAUTH_TOKEN_URL, NEXT_HOP_OAUTH_CLIENT_ID and"
              + " NEXT_HOP_OAUTH_CLIENT_SECRET, or NEXT_HOP_OAUTH_SERVICE_ACCOUNT.");
    }
  }

  private static void checkUrl(Path keyFile, Consumer<String> fault) {
    try {
      tokenUri(keyFile);
    } catch (IllegalArgumentException _) {
      fault.accept("NEXT_HOP_OAUTH_TOKEN_URL must be set, since " + keyFile + " names none.");
    }
  }

  private static boolean isWholeClient(Values values) {
    return values.isSet(NEXT_HOP_OAUTH_TOKEN_URL)
        && values.isSet(NEXT_HOP_OAUTH_CLIENT_ID)
        && values.isSet(NEXT_HOP_OAUTH_CLIENT_SECRET);
  }

  /**
   * Reads them.
   *
   * @param mailbox that tokens are for
   */
  public static OAuthSettings from(
      Values values,
      String mailbox,
      @Nullable Path authorities,
      Duration connect,
      Duration timeout) {
    Optional<String> scope = values.get(NEXT_HOP_OAUTH_SCOPE);
    Optional<Path> keyFile = values.get(NEXT_HOP_OAUTH_SERVICE_ACCOUNT);
    Grant grant =
        keyFile
            .<Grant>map(file -> new Grant.ServiceAccount(file, mailbox, scope.orElse(GMAIL)))
            .orElseGet(() -> client(values, scope.orElse(null)));
    URI url =
        values
            .get(NEXT_HOP_OAUTH_TOKEN_URL)
            .or(() -> keyFile.map(OAuthSettings::tokenUri))
            .orElseThrow();
    return new OAuthSettings(url, grant, authorities, connect, timeout);
  }

  private static Grant client(Values values, @Nullable String scope) {
    return new Grant.ClientCredentials(
        values.get(NEXT_HOP_OAUTH_CLIENT_ID).orElseThrow(),
        values.get(NEXT_HOP_OAUTH_CLIENT_SECRET).orElseThrow(),
        scope);
  }

  // --- What is written in them -------------------------------------------------------------------

  private static Path keyFile(String text) {
    Path file = Path.of(text);
    ServiceAccountKey.read(file);
    return file;
  }

  private static URI tokenUri(Path keyFile) {
    return url(ServiceAccountKey.read(keyFile).tokenUri().orElse(""));
  }

  private static URI url(String text) {
    URI url;
    try {
      url = new URI(text);
    } catch (URISyntaxException _) {
      throw new IllegalArgumentException();
    }
    String scheme = String.valueOf(url.getScheme()).toLowerCase(Locale.ROOT);
    boolean named = url.getHost() != null && url.getUserInfo() == null && url.getFragment() == null;
    if (named && (scheme.equals("https") || (scheme.equals("http") && isThisMachine(url)))) {
      return url;
    }
    throw new IllegalArgumentException(
        "Write an `https` URL; `http` is for this machine alone (127.0.0.1, [::1] or localhost).");
  }

  private static boolean isThisMachine(URI url) {
    String host = url.getHost().replaceAll("[\\[\\]]", "");
    if (host.equals("localhost")) {
      return true;
    }
    try {
      return InetAddress.ofLiteral(host).isLoopbackAddress();
    } catch (IllegalArgumentException _) {
      return false;
    }
  }
}
