package dev.ipauth.functions.api;

import static java.lang.annotation.RetentionPolicy.RUNTIME;

import dev.ipauth.functions.register.Precondition;
import dev.ipauth.tables.SmtpUser;
import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpRequest;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.enums.ParameterIn;
import java.lang.annotation.Retention;
import java.util.Arrays;
import java.util.List;

/** A user's version as HTTP says it: {@code ETag} and {@code If-Match} (RFC 9110, section 13). */
final class EntityTag {
  private EntityTag() {}

  /** Describes {@code If-Match}. */
  @Retention(RUNTIME)
  @Parameter(
      name = HttpHeaders.IF_MATCH,
      in = ParameterIn.HEADER,
      ref = "#/components/parameters/IfMatch")
  @interface Described {}

  static String of(SmtpUser user) {
    return '"' + Long.toString(user.version(), Character.MAX_RADIX) + '"';
  }

  /**
   * What {@code If-Match} asks for, on however many lines; without one, whatever the user is like
   * now. A weak tag never matches.
   */
  static Precondition expected(HttpRequest<?> request) {
    List<String> lines = request.getHeaders().getAll(HttpHeaders.IF_MATCH);
    if (lines.isEmpty()) {
      return Precondition.NONE;
    }
    List<String> tags =
        lines.stream()
            .flatMap(line -> Arrays.stream(line.split(",", -1)))
            .map(String::strip)
            .toList();
    return user -> tags.contains("*") || tags.contains(of(user));
  }
}
