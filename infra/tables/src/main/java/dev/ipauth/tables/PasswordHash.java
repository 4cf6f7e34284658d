package dev.ipauth.tables;

/**
 * What the tables keep of a password.
 *
 * @param text HMAC-SHA-256 as base64; made and checked by {@link Peppers}
 */
public record PasswordHash(String text) {
  /** Kept out of logs: with the pepper it would confirm a guess. */
  @Override
  public String toString() {
    return "PasswordHash[…]";
  }
}
