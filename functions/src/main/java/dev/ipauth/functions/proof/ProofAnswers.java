package dev.ipauth.functions.proof;

import static java.lang.annotation.RetentionPolicy.RUNTIME;

import dev.ipauth.functions.problem.Problem;
import io.micronaut.core.annotation.Order;
import io.micronaut.core.order.Ordered;
import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.MediaType;
import io.micronaut.http.MutableHttpResponse;
import io.micronaut.http.annotation.ResponseFilter;
import io.micronaut.http.annotation.ServerFilter;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.enums.ParameterIn;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import java.lang.annotation.Retention;
import java.util.Map;

/**
 * What every answer below {@code /prove} says of itself, and how a person reads a refusal: as a
 * page, unless a program asks for the problem.
 */
@ServerFilter("/prove/**")
@Order(Ordered.HIGHEST_PRECEDENCE)
final class ProofAnswers {
  private static final MediaType HTML = MediaType.of("text/html;charset=utf-8");

  // no-referrer would make browsers send the form with "Origin: null".
  private static final Map<String, String> HEADERS =
      Map.of(
          "Content-Security-Policy",
          "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self';"
              + " base-uri 'none'; frame-ancestors 'none'",
          "X-Frame-Options",
          "DENY",
          "Referrer-Policy",
          "same-origin",
          "Cross-Origin-Opener-Policy",
          "same-origin",
          "Cross-Origin-Resource-Policy",
          "same-origin",
          "X-Content-Type-Options",
          "nosniff",
          "X-Robots-Tag",
          "noindex",
          HttpHeaders.CACHE_CONTROL,
          "no-store");

  /** What the page's operations have in common. */
  @Retention(RUNTIME)
  @Parameter(name = "code", in = ParameterIn.PATH, ref = "#/components/parameters/ProofCode")
  @ApiResponse(responseCode = "404", ref = "#/components/responses/NoSuchLink")
  @ApiResponse(responseCode = "413", ref = "#/components/responses/TooMuchForAForm")
  @ApiResponse(responseCode = "503", ref = "#/components/responses/PageUnavailable")
  @interface Described {}

  static HttpResponse<String> page(HttpStatus status, String html) {
    return HttpResponse.<String>status(status).body(html).contentType(HTML);
  }

  /** Browsers accept text/html. */
  static boolean asksForProblems(HttpRequest<?> request) {
    String accept = String.join(",", request.getHeaders().getAll(HttpHeaders.ACCEPT));
    return accept.contains("json") && !accept.contains("text/html");
  }

  @ResponseFilter
  void finish(HttpRequest<?> request, MutableHttpResponse<?> answer) {
    HEADERS.forEach(answer.getHeaders()::set);
    if (answer.body() instanceof Problem problem && !asksForProblems(request)) {
      answer.body(RefusedPage.html(problem)).contentType(HTML);
    }
  }
}
