package dev.ipauth.local;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.ipauth.settings.BadSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.List;
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
   * @param kept the file; null makes a new one, for tables that are new as well
   * @throws BadSettings when the file is there and has none
   */
  static String in(@Nullable Path kept) throws IOException {
    if (kept == null) {
      return make();
    }
    if (!Files.exists(kept)) {
      SecretFile.write(kept, make());
    }
    String pepper = Files.readString(kept, US_ASCII).strip();
    if (pepper.isEmpty()) {
      throw new BadSettings(
          List.of(
              kept + " is empty, and no password matches without it. Put a back-up of it there."));
    }
    return pepper;
  }

  private static String make() {
    byte[] bytes = new byte[BYTES];
    new SecureRandom().nextBytes(bytes);
    return Base64.getEncoder().encodeToString(bytes);
  }
}
