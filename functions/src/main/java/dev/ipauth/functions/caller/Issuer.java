package dev.ipauth.functions.caller;

import java.net.URI;
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
    @Nullable URI keys) {}
