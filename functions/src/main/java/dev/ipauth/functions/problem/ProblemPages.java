package dev.ipauth.functions.problem;

import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.MediaType;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.PathVariable;
import io.swagger.v3.oas.annotations.Hidden;

/** What a problem's {@code type} leads to (RFC 9457 section 3.1.1): a page that explains it. */
@Hidden
@Controller("/problems")
final class ProblemPages {
  @Get(value = "/{slug:[a-z-]+}", produces = MediaType.ALL)
  HttpResponse<String> page(@PathVariable String slug) {
    ProblemType type = ProblemType.of(slug).orElseThrow(Refusal::notFound);
    // Nothing of the request is in it: the problem is one of the table's.
    String page =
        """
        <!doctype html>
        <html lang="en">
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width">
        <title>%2$s</title>
        <h1>%2$s</h1>
        <p>An answer with status %3$s and the type <code>/problems/%1$s</code>. Its <code>detail</code>
        says what to do about it; for instance:</p>
        <blockquote>%4$s</blockquote>
        <p>Which requests are answered so is told in <a href="/v1/openapi.yaml">the description of the
        API</a>.</p>
        </html>
        """
            .formatted(type.slug(), escaped(type.title()), type.status(), escaped(type.example()));
    return HttpResponse.ok(page)
        .contentType(MediaType.of("text/html;charset=utf-8"))
        .header(HttpHeaders.CACHE_CONTROL, "max-age=3600")
        .header("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
        .header("X-Content-Type-Options", "nosniff");
  }

  private static String escaped(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;");
  }
}
