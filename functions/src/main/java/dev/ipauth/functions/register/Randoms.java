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
  // 31 signs are 4.95 bits each: 99 bits. Several devices take no more than 20.
  private static final int PASSWORD_LENGTH = 20;
  // The most that the JDK reads ahead (sun.security.provider.NativePRNG).
  private static final int READ_AHEAD = 1 << 16;

  private Randoms() {}

  /** A password of 20 characters, 99 bits. */
  public static String password() {
    return keypad(PASSWORD_LENGTH);
  }

  /** What a link of proof of control ends in: 26 characters, 128 bits, to be typed if need be. */
  static String proofCode() {
    return keypad(26);
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

  /** Below the bound: a pause that no two processes make alike, though they woke as one. */
  public static int pause(int bound) {
    return new SecureRandom().nextInt(bound);
  }

  /**
   * To be called in a process that wakes from a snapshot. The JDK reads the system's randomness
   * ahead, for all generators together, and keeps it for a tenth of a second by a clock that may
   * stand still in between.
   */
  public static void forgetWhatWasRead() {
    new SecureRandom().nextBytes(new byte[READ_AHEAD]);
  }

  private static String keypad(int length) {
    return new SecureRandom()
        .ints(length, 0, KEYPAD.length())
        .mapToObj(KEYPAD::charAt)
        .collect(StringBuilder::new, StringBuilder::append, StringBuilder::append)
        .toString();
  }
}
