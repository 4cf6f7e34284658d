package dev.ipauth.functions.register;

import java.security.SecureRandom;
import java.util.HexFormat;

/**
 * What must not be guessed or met twice. A generator is made for each use: one made before a
 * SnapStart snapshot would say the same in every process that wakes from it.
 */
public final class Randoms {
  // On a device's keypad without shift; nothing that a person mistakes for something else.
  private static final String KEYPAD = "abcdefghjkmnpqrstuvwxyz23456789";
  // 31 signs are 4.95 bits each: 138 bits.
  private static final int PASSWORD_LENGTH = 28;

  private Randoms() {}

  /** A password of 28 characters, 138 bits. */
  public static String password() {
    return keypad(PASSWORD_LENGTH);
  }

  /** A username for whoever doesn't name one. */
  static String username() {
    return "smtp-" + keypad(10);
  }

  /** 128 bits for a request token, which DynamoDB takes up to 36 characters of. */
  static String token() {
    byte[] bytes = new byte[16];
    new SecureRandom().nextBytes(bytes);
    return HexFormat.of().formatHex(bytes);
  }

  /** Where a new user's version begins; it leaves room to count up for ever. */
  static long firstVersion() {
    return new SecureRandom().nextLong(1L << 62);
  }

  private static String keypad(int length) {
    return new SecureRandom()
        .ints(length, 0, KEYPAD.length())
        .mapToObj(KEYPAD::charAt)
        .collect(StringBuilder::new, StringBuilder::append, StringBuilder::append)
        .toString();
  }
}
