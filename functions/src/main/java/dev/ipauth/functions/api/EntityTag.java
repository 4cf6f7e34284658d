package dev.ipauth.functions.api;

import dev.ipauth.functions.register.Expectation;
import dev.ipauth.tables.SmtpUser;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A user's version as HTTP says it: {@code ETag} and {@code If-Match} (RFC 9110, section 13). */
final class EntityTag {
  private EntityTag() {}

  static String of(SmtpUser user) {
    return '"' + Long.toString(user.version(), Character.MAX_RADIX) + '"';
  }

  /** Without {@code If-Match}, whatever the user is like now. A weak tag never matches. */
  static Expectation expected(@Nullable String ifMatch) {
    if (ifMatch == null) {
      return user -> true;
    }
    List<String> tags = Arrays.stream(ifMatch.split(",", -1)).map(String::strip).toList();
    return user -> tags.contains("*") || tags.contains(of(user));
  }
}
