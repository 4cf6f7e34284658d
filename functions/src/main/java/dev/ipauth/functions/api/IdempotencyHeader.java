package dev.ipauth.functions.api;

import static java.lang.annotation.RetentionPolicy.RUNTIME;
import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.joining;

import dev.ipauth.functions.problem.ProblemType;
import dev.ipauth.functions.problem.Refusal;
import dev.ipauth.functions.register.IdempotencyKey;
import dev.ipauth.functions.register.NewSmtpUser;
import dev.ipauth.tables.SmtpUser;
import dev.ipauth.tables.Username;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.enums.ParameterIn;
import java.lang.annotation.Retention;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** {@code Idempotency-Key}: 1 to 255 printable ASCII characters. */
final class IdempotencyHeader {
  /** Describes it. */
  @Retention(RUNTIME)
  @Parameter(
      name = "Idempotency-Key",
      in = ParameterIn.HEADER,
      ref = "#/components/parameters/IdempotencyKey")
  @interface Described {}

  private IdempotencyHeader() {}

  /**
   * Null when the client sent none. Bodies are the same when they ask for the same, however they
   * are spelled.
   *
   * @throws Refusal when it is malformed
   */
  static @Nullable IdempotencyKey key(@Nullable String key, NewSmtpUser asked) {
    SmtpUser.Profile profile = asked.profile();
    return key(
        key,
        asked.username(),
        profile.description(),
        profile.enabled(),
        profile.ipRestrictions(),
        profile.allowedSenders(),
        profile.bouncesTo(),
        asked.ip());
  }

  /** Of a request for a new password. */
  static @Nullable IdempotencyKey key(@Nullable String key, Username rotated) {
    return key(key, "password", rotated);
  }

  private static @Nullable IdempotencyKey key(@Nullable String key, @Nullable Object... request) {
    if (key == null) {
      return null;
    }
    if (!key.matches("[\\x21-\\x7e]([\\x20-\\x7e]{0,253}[\\x21-\\x7e])?")) {
      throw new Refusal(
          ProblemType.INVALID_PARAMETER,
          "Idempotency-Key has 1 to 255 characters of printable ASCII; a UUID will do.");
    }
    return new IdempotencyKey(key, sha256(unmistakable(request)));
  }

  // Lengths in front: a description of "null" is none that is missing, nor one a list of networks.
  private static String unmistakable(@Nullable Object... request) {
    return Stream.<@Nullable Object>of(request)
        .map(part -> part == null ? "-" : part.toString().length() + " " + part)
        .collect(joining("\n"));
  }

  private static String sha256(String text) {
    try {
      byte[] hash = MessageDigest.getInstance("SHA-256").digest(text.getBytes(UTF_8));
      return HexFormat.of().formatHex(hash);
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("Every Java platform has SHA-256", e);
    }
  }
}
