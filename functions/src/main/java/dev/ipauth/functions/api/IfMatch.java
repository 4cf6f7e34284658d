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

/**
 * {@code If-Match} (RFC 9110 section 13.1.1), on however many lines: the versions that the user may
 * have. A weak tag never matches.
 *
 * @param tags empty when it wasn't sent; then the user may be as it likes
 */
record IfMatch(List<String> tags) implements Precondition {
  /** Describes it. */
  @Retention(RUNTIME)
  @Parameter(
      name = HttpHeaders.IF_MATCH,
      in = ParameterIn.HEADER,
      ref = "#/components/parameters/IfMatch")
  @interface Described {}

  static IfMatch of(HttpRequest<?> request) {
    return new IfMatch(
        request.getHeaders().getAll(HttpHeaders.IF_MATCH).stream()
            .flatMap(line -> Arrays.stream(line.split(",", -1)))
            .map(String::strip)
            .toList());
  }

  @Override
  public boolean isMetBy(SmtpUser user) {
    return tags.isEmpty() || tags.contains("*") || tags.contains(tag(user));
  }

  /** The user's {@code ETag}: its version. */
  static String tag(SmtpUser user) {
    return '"' + Long.toString(user.version(), Character.MAX_RADIX) + '"';
  }
}
