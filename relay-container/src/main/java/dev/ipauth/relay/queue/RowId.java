package dev.ipauth.relay.queue;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Ids of rows that all relays find by what they are for. No message's id has capitals. */
final class RowId {
  private static final int OCTETS = 16;

  private RowId() {}

  /** What such a row is. */
  enum Kind {
    COUNT,
    DIGEST,
    TRIAL
  }

  /**
   * @param whats what it is for; no part has a NUL
   */
  static String of(Kind kind, String... whats) {
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256").digest(String.join("\0", whats).getBytes(UTF_8));
      return kind + HexFormat.of().formatHex(hash, 0, OCTETS);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
