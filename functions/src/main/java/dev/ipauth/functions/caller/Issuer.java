package dev.ipauth.functions.caller;

import dev.ipauth.settings.Form;
import dev.ipauth.settings.Setting;
import dev.ipauth.settings.Values;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Whose tokens are believed: the operator's OpenID Connect provider.
 *
 * @param issuer what a token's {@code iss} must be, to the letter
 * @param audience what must be among a token's {@code aud}
 * @param accountClaim the claim that names the account; where it's missing, {@code sub} does
 * @param requiredScope what must be among a token's {@code scope}; null asks for none
 * @param keys where the signing keys are published; null to ask the issuer's discovery document
 */
public record Issuer(
    String issuer,
    String audience,
    String accountClaim,
    @Nullable String requiredScope,
    @Nullable URI keys) {
  private static final Setting<String> OPENID_ISSUER =
      Setting.required(
          "OPENID_ISSUER",
          Form.of("the provider's issuer, such as https://id.example.com/", text -> text),
          "Whose tokens are believed.");
  private static final Setting<String> OPENID_AUDIENCE =
      Setting.required(
          "OPENID_AUDIENCE",
          Form.of("what the tokens' `aud` has", text -> text),
          "Whom the tokens must be for.");
  private static final Setting<String> ACCOUNT_CLAIM =
      Setting.of(
          "ACCOUNT_CLAIM",
          Form.of("a claim's name", text -> text),
          "account_id",
          "The claim that names the account; where it's missing, `sub` does.");
  private static final Setting<Optional<String>> REQUIRED_SCOPE =
      Setting.optional(
          "REQUIRED_SCOPE",
          Form.of("a scope's name", text -> text),
          "What must be among a token's `scope`.");
  private static final Setting<Optional<URI>> OPENID_JWKS =
      Setting.optional(
          "OPENID_JWKS",
          Form.of("a URL such as https://id.example.com/keys", Issuer::url),
          "Where the signing keys are published; unset, the issuer's discovery document says so.");

  public static final List<Setting<?>> ALL =
      List.of(OPENID_ISSUER, OPENID_AUDIENCE, ACCOUNT_CLAIM, REQUIRED_SCOPE, OPENID_JWKS);

  public static Issuer from(Values values) {
    return new Issuer(
        values.get(OPENID_ISSUER),
        values.get(OPENID_AUDIENCE),
        values.get(ACCOUNT_CLAIM),
        values.get(REQUIRED_SCOPE).orElse(null),
        values.get(OPENID_JWKS).orElse(null));
  }

  private static URI url(String text) {
    try {
      return new URI(text).parseServerAuthority();
    } catch (URISyntaxException e) {
      throw new IllegalArgumentException(null, e);
    }
  }
}
