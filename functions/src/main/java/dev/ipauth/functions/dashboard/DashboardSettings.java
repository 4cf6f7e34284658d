package dev.ipauth.functions.dashboard;

import java.time.Duration;
import java.util.List;
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
   * @param ipv6 whether the name has an IPv6 address, too
   */
  public record RelayDoor(
      String hostname,
      List<Integer> startTlsPorts,
      List<Integer> tlsPorts,
      long maxMessageBytes,
      Duration cacheTtl,
      boolean onlyPublic,
      boolean ipv6) {}
}
