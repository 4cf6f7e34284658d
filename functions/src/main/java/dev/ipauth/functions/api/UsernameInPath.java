package dev.ipauth.functions.api;

import static java.lang.annotation.RetentionPolicy.RUNTIME;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.ipauth.functions.problem.Refusal;
import dev.ipauth.tables.Username;
import io.micronaut.http.HttpRequest;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.enums.ParameterIn;
import java.lang.annotation.Retention;
import java.net.URLDecoder;

/**
 * The username of {@code /v1/smtp-users/{username}}. Taken from the path as it was sent: the
 * framework's own variables read {@code +} as a space, which it is in a form, and not in a path
 * (RFC 3986).
 */
final class UsernameInPath {
  private static final int SEGMENT = 3;

  /** Describes it. */
  @Retention(RUNTIME)
  @Parameter(name = "username", in = ParameterIn.PATH, ref = "#/components/parameters/Username")
  @interface Described {}

  private UsernameInPath() {}

  /**
   * @throws Refusal when it is no username: then it is nobody's
   */
  static Username of(HttpRequest<?> request) {
    String name = decoded(request.getPath().split("/", -1)[SEGMENT]);
    if (!Username.isUsername(name)) {
      throw Refusal.noSuchUser();
    }
    return Username.parse(name);
  }

  private static String decoded(String segment) {
    try {
      return URLDecoder.decode(segment.replace("+", "%2B"), UTF_8);
    } catch (IllegalArgumentException _) {
      throw Refusal.noSuchUser();
    }
  }
}
