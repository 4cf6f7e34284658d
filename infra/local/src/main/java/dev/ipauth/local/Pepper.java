package dev.ipauth.local;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.SecureRandom;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * The secret that this machine's passwords are hashed with: made at the first start, and kept
 * beside the tables, because without it no password in them matches again.
 */
final class Pepper {
  private static final int BYTES = 32;

  private Pepper() {}

  /**
   * As {@code PASSWORD_PEPPER} has it.
   *
   * @param dataDir where it is kept; null makes a new one, for tables that are new as well
   */
  static String in(@Nullable Path dataDir) throws IOException {
    if (dataDir == null) {
      return make();
    }
    Path kept = dataDir.resolve("password-pepper");
    if (!Files.exists(kept)) {
      // Its owner's alone (0600), and there whole or not at all.
      Path beside = Files.createTempFile(dataDir, "password-pepper", null);
      Files.writeString(beside, make(), US_ASCII);
      Files.move(beside, kept, StandardCopyOption.ATOMIC_MOVE);
    }
    return Files.readString(kept, US_ASCII).strip();
  }

  private static String make() {
    byte[] bytes = new byte[BYTES];
    new SecureRandom().nextBytes(bytes);
    return Base64.getEncoder().encodeToString(bytes);
  }
}
