package dev.ipauth.local.http;

/** {@code SIGN_IN}: how one shows whose account one calls for. */
public enum SignIn {
  /** Whoever asks gets a token, for any account. */
  ANYONE,
  /** With an account's key. */
  KEY,
  /** With a JWT of the operator's OpenID Connect provider, as on AWS. */
  OPENID
}
