package dev.ipauth.functions.dashboard;

import dev.ipauth.functions.messages.MessageRetention;
import dev.ipauth.functions.register.NominationProof;
import dev.ipauth.functions.register.RegisterSettings;
import dev.ipauth.functions.register.RegisterSettings.Nominable;
import dev.ipauth.settings.Form;
import dev.ipauth.settings.Setting;
import dev.ipauth.settings.Values;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What an operator sets for the dashboard.
 *
 * @param clientId the page's name at the OpenID provider; null when nobody can sign in yet
 * @param scope what the provider is asked for
 * @param token which of the provider's tokens the API is called with
 * @param hstsSeconds how long browsers come by HTTPS only once they have; 0 where there is none
 * @param origins of the provider that aren't the issuer's, such as its token endpoint's
 */
public record DashboardSettings(
    SignIn signIn,
    @Nullable String clientId,
    String scope,
    Token token,
    List<String> origins,
    int hstsSeconds,
    RelayDoor relay) {

  /** {@code DASHBOARD_SIGN_IN}. */
  public enum SignIn {
    /** With the operator's OpenID provider. */
    OPENID,
    /** With the name of an account, where {@code /local/token} is: on one machine only. */
    ACCOUNT_NAME,
    /** With an account's key, which is the token: on one machine only. */
    KEY
  }

  /** {@code DASHBOARD_TOKEN}, for providers whose access tokens are no JWTs for this audience. */
  public enum Token {
    ACCESS_TOKEN,
    ID_TOKEN
  }

  /**
   * Where devices reach the relay, for the device sheet.
   *
   * @param startTlsPorts in the order to try
   * @param tlsPorts with TLS from the first byte
   * @param cacheTtl after which a change holds everywhere
   * @param onlyPublic whether only addresses that are globally reachable may be nominated
   * @param proofRequired whether somebody at a nominated address has to agree before it counts
   * @param keepsMessages whether there is a record of what was sent and refused
   * @param ipv6 whether the name has an IPv6 address, too
   */
  public record RelayDoor(
      String hostname,
      List<Integer> startTlsPorts,
      List<Integer> tlsPorts,
      long maxMessageBytes,
      Duration cacheTtl,
      boolean onlyPublic,
      boolean proofRequired,
      boolean keepsMessages,
      boolean ipv6) {}

  private static final Form<List<Integer>> PORTS = Form.number(0, 65_535).list();

  private static final Setting<SignIn> DASHBOARD_SIGN_IN =
      Setting.of(
          "DASHBOARD_SIGN_IN",
          Form.oneOf(
              List.of("openid", "account_name", "key"),
              word -> SignIn.valueOf(word.toUpperCase(Locale.ROOT))),
          "openid",
          "How one signs in to the dashboard.");
  private static final Setting<Optional<String>> DASHBOARD_CLIENT_ID =
      Setting.optional(
          "DASHBOARD_CLIENT_ID",
          Form.of("a client's id", text -> text),
          "The dashboard's name at the OpenID provider.");
  private static final Setting<String> DASHBOARD_SCOPE =
      Setting.of(
          "DASHBOARD_SCOPE",
          Form.of("scopes with blanks between", text -> text),
          "openid",
          "What the dashboard asks the provider for.");
  private static final Setting<Token> DASHBOARD_TOKEN =
      Setting.of(
          "DASHBOARD_TOKEN",
          Form.oneOf(
              List.of("access_token", "id_token"),
              word -> Token.valueOf(word.toUpperCase(Locale.ROOT))),
          "access_token",
          "Which of the provider's tokens the dashboard calls the API with.");
  private static final Setting<List<String>> DASHBOARD_ORIGINS =
      Setting.of(
          "DASHBOARD_ORIGINS",
          Form.origin().list(),
          "none",
          "Origins of the provider that aren't the issuer's, such as its token endpoint's.");
  private static final Setting<Integer> HSTS_SECONDS =
      Setting.of(
          "HSTS_SECONDS",
          Form.number(0, 999_999_999),
          "31536000",
          "How long browsers come by HTTPS only once they have; 0 where there is none.");
  private static final Setting<String> RELAY_HOSTNAME =
      Setting.of(
          "RELAY_HOSTNAME", Form.of("a host name", text -> text), "localhost", "The relay's name.");
  private static final Setting<List<Integer>> DEVICE_STARTTLS_PORTS =
      Setting.of(
          "DEVICE_STARTTLS_PORTS",
          PORTS,
          "587,25,2525",
          "Where devices reach the relay with STARTTLS, in the order to try.");
  private static final Setting<List<Integer>> DEVICE_TLS_PORTS =
      Setting.of(
          "DEVICE_TLS_PORTS",
          PORTS,
          "465",
          "Where devices reach the relay with TLS from the first byte.");
  private static final Setting<Long> MAX_MESSAGE_BYTES =
      Setting.of(
          "MAX_MESSAGE_BYTES", Form.number(1024L, 1L << 40), "36700160", "As the relay has it.");
  private static final Setting<Duration> CACHE_TTL =
      Setting.of(
          "CACHE_TTL",
          Form.duration(Duration.ofMillis(100), Duration.ofHours(1)),
          "PT5S",
          "As the relay has it: after so long a change holds everywhere.");
  private static final Setting<Boolean> RELAY_IPV6 =
      Setting.of(
          "RELAY_IPV6",
          Form.yesOrNo(),
          "false",
          "Whether the relay's name has an IPv6 address, too.");

  public static final List<Setting<?>> ALL =
      List.of(
          DASHBOARD_SIGN_IN,
          DASHBOARD_CLIENT_ID,
          DASHBOARD_SCOPE,
          DASHBOARD_TOKEN,
          DASHBOARD_ORIGINS,
          HSTS_SECONDS,
          RELAY_HOSTNAME,
          DEVICE_STARTTLS_PORTS,
          DEVICE_TLS_PORTS,
          MAX_MESSAGE_BYTES,
          CACHE_TTL,
          RELAY_IPV6);

  public static DashboardSettings from(
      Values values, RegisterSettings register, MessageRetention retention) {
    return new DashboardSettings(
        values.get(DASHBOARD_SIGN_IN),
        values.get(DASHBOARD_CLIENT_ID).orElse(null),
        values.get(DASHBOARD_SCOPE),
        values.get(DASHBOARD_TOKEN),
        values.get(DASHBOARD_ORIGINS),
        values.get(HSTS_SECONDS),
        new RelayDoor(
            values.get(RELAY_HOSTNAME),
            values.get(DEVICE_STARTTLS_PORTS),
            values.get(DEVICE_TLS_PORTS),
            values.get(MAX_MESSAGE_BYTES),
            values.get(CACHE_TTL),
            register.nominable() == Nominable.PUBLIC,
            register.nominationProof() == NominationProof.REQUIRED,
            retention.keepsMessages(),
            values.get(RELAY_IPV6)));
  }
}
