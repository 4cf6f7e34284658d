package dev.ipauth.local.data;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.ipauth.settings.BadSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/**
 * The secret that this machine's passwords are hashed with: made at the first start, and kept
 * beside the tables, because without it no password in them matches again.
 */
public final class Pepper {
  private static final int BYTES = 32;

  private Pepper() {}

  /**
   * As {@code PASSWORD_PEPPER} has it.
   *
   * @param file where it is kept; none makes a new one, for tables that are new as well
   * @throws BadSettings when the file is there and has none
   */
  public static String in(Optional<Path> file) throws IOException {
    if (file.isEmpty()) {
      return make();
    }
    Path kept = file.get();
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
