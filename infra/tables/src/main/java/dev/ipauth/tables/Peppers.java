package dev.ipauth.tables;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The secrets that passwords are hashed with. Passwords are the platform's own random strings of at
 * least 96 bits, so a fast keyed hash can't be guessed, and doesn't starve the relay; see {@code
 * infra/docs/decisions/0003-fast-keyed-password-hash.md}.
 *
 * <p>Thread-safe.
 */
public final class Peppers {
  private static final String ALGORITHM = "HmacSHA256";
  private static final int SHORTEST = 32;

  private final List<SecretKeySpec> keys;

  private Peppers(List<SecretKeySpec> keys) {
    this.keys = keys;
  }

  /**
   * Reads {@code PASSWORD_PEPPER}.
   *
   * @param setting base64 of 32 bytes or more; several, comma-separated, while one replaces
   *     another: the first is used for new passwords
   * @throws IllegalArgumentException with a sentence that doesn't repeat the secret
   */
  public static Peppers parse(String setting) {
    return new Peppers(Arrays.stream(setting.split(",", -1)).map(Peppers::key).toList());
  }

  private static SecretKeySpec key(String base64) {
    byte[] bytes;
    try {
      bytes = Base64.getDecoder().decode(base64.strip());
    } catch (IllegalArgumentException _) {
      throw new IllegalArgumentException("A pepper is base64; this one can't be decoded.");
    }
    if (bytes.length < SHORTEST) {
      throw new IllegalArgumentException(
          "A pepper has 32 bytes or more; this one has "
              + bytes.length
              + ". Make one with: openssl rand -base64 32");
    }
    return new SecretKeySpec(bytes, ALGORITHM);
  }

  /** The hash to keep for a new password. */
  public PasswordHash hash(Username username, String password) {
    return new PasswordHash(
        Base64.getEncoder().encodeToString(mac(keys.getFirst(), username, password)));
  }

  /**
   * Whether this is the password. Takes the same time whatever the answer; for a user that doesn't
   * exist, ask with {@link #unknown}.
   */
  public boolean matches(PasswordHash expected, Username username, String password) {
    byte[] kept = expected.text().getBytes(UTF_8);
    boolean matches = false;
    for (SecretKeySpec key : keys) {
      byte[] made = Base64.getEncoder().encode(mac(key, username, password));
      matches |= MessageDigest.isEqual(made, kept);
    }
    return matches;
  }

  /** A hash that no password has, to spend the same time on a user that doesn't exist. */
  public static PasswordHash unknown() {
    return new PasswordHash("-".repeat(44));
  }

  /**
   * A key for another purpose than passwords, the same wherever the setting is. It changes with the
   * first pepper.
   */
  public byte[] derive(String purpose) {
    // A username is never empty, so no password's hash is ever such a key.
    return hmac(keys.getFirst(), "", purpose);
  }

  // The username is hashed along, so that a hash copied to another user's row opens nothing.
  private static byte[] mac(SecretKeySpec key, Username username, String password) {
    return hmac(key, username.text(), password);
  }

  private static byte[] hmac(SecretKeySpec key, String first, String second) {
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(key);
      mac.update(first.getBytes(UTF_8));
      mac.update((byte) 0);
      return mac.doFinal(second.getBytes(UTF_8));
    } catch (GeneralSecurityException e) {
      throw new AssertionError("Every Java platform has HmacSHA256", e);
    }
  }
}
