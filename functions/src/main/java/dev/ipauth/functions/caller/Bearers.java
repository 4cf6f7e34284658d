package dev.ipauth.functions.caller;

/**
 * Whose a bearer token is. A bean of this type takes the place of the one for the JWTs of the
 * operator's provider.
 */
public interface Bearers {
  Verdict verify(String token);

  /** What to send, in a sentence for whoever sent nothing. */
  String howToSend();

  /** Where to get another, in a sentence for whoever sent a bad one. */
  String whereToGet();
}
