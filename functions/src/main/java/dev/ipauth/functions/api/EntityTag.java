package dev.ipauth.functions.api;

import dev.ipauth.functions.register.Expectation;
import dev.ipauth.tables.SmtpUser;
import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpRequest;
import java.util.Arrays;
import java.util.List;

/** A user's version as HTTP says it: {@code ETag} and {@code If-Match} (RFC 9110, section 13). */
final class EntityTag {
  private EntityTag() {}

  static String of(SmtpUser user) {
    return '"' + Long.toString(user.version(), Character.MAX_RADIX) + '"';
  }

  /** Without {@code If-Match}, whatever the user is like now. A weak tag never matches. */
  static Expectation expected(HttpRequest<?> request) {
    List<String> headers = request.getHeaders().getAll(HttpHeaders.IF_MATCH);
    List<String> tags =
        headers.stream()
            .flatMap(header -> Arrays.stream(header.split(",", -1)))
            .map(String::strip)
            .toList();
    return user -> tags.isEmpty() || tags.contains("*") || tags.contains(of(user));
  }
}
