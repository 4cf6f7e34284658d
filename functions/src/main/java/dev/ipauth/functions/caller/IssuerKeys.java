package dev.ipauth.functions.caller;

import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.source.JWKSource;
import com.nimbusds.jose.proc.SecurityContext;

/** The keys that tokens are verified with. A bean of this type replaces the published ones. */
public interface IssuerKeys extends JWKSource<SecurityContext> {
  /** Keys that are known from the start. */
  static IssuerKeys of(JWKSet keys) {
    return (selector, context) -> selector.select(keys);
  }

  /** Reads them before a token needs them, where they have to be read. Never fails. */
  default void readAhead() {}
}
