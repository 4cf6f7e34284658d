package dev.ipauth.functions.api;

import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.MutableHttpHeaders;
import io.micronaut.http.annotation.RequestFilter;
import io.micronaut.http.annotation.ServerFilter;
import io.micronaut.http.server.annotation.PreMatching;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Spells out {@code Accept: application/*} (RFC 9110 section 12.5.1), which the framework doesn't
 * understand.
 */
@ServerFilter(ServerFilter.MATCH_ALL_PATTERN)
public final class Acceptance {
  private static final Pattern ANY_APPLICATION = Pattern.compile("(?i)\\bapplication/\\*");
  private static final String OURS = "application/json, application/yaml";

  @PreMatching
  @RequestFilter
  void spellOut(HttpRequest<?> request) {
    @Nullable String accept = request.getHeaders().get(HttpHeaders.ACCEPT);
    // Behind API Gateway, the event's headers have been changed already: they are read anew each
    // time.
    if (accept != null && request.getHeaders() instanceof MutableHttpHeaders headers) {
      headers.set(HttpHeaders.ACCEPT, spelledOut(accept));
    }
  }

  /** The same {@code Accept} without a wildcard for subtypes of {@code application}. */
  public static String spelledOut(String accept) {
    return ANY_APPLICATION.matcher(accept).replaceAll(OURS);
  }
}
