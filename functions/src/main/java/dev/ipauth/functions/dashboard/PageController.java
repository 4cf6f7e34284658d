package dev.ipauth.functions.dashboard;

import dev.ipauth.functions.problem.Refusal;
import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.MediaType;
import io.micronaut.http.MutableHttpResponse;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.PathVariable;
import io.swagger.v3.oas.annotations.Hidden;
import java.util.Map;

/** The page and its files, for whoever asks. */
@Hidden
@Controller
final class PageController {
  private static final Map<String, MediaType> TYPES =
      Map.of(
          "js", MediaType.of("text/javascript;charset=utf-8"),
          "css", MediaType.of("text/css;charset=utf-8"),
          "svg", MediaType.of("image/svg+xml;charset=utf-8"));

  private final PageFiles files;
  private final ContentPolicy policy;

  PageController(PageFiles files, ContentPolicy policy) {
    this.files = files;
    this.policy = policy;
  }

  @Get(value = "/", produces = MediaType.ALL)
  HttpResponse<?> page(HttpRequest<?> request) {
    return answer(request, "index.html", MediaType.of("text/html;charset=utf-8"))
        .header("Content-Security-Policy", policy.text())
        .header("Referrer-Policy", "no-referrer")
        .header("Cross-Origin-Opener-Policy", "same-origin");
  }

  @Get(value = "/dashboard/{name:[a-z0-9-]+}.{ending:[a-z]+}", produces = MediaType.ALL)
  HttpResponse<?> file(
      HttpRequest<?> request, @PathVariable String name, @PathVariable String ending) {
    MediaType type = TYPES.get(ending);
    if (type == null) {
      throw Refusal.notFound();
    }
    return answer(request, name + "." + ending, type);
  }

  // Always asked for anew, and seldom sent: a new version is a new page at once.
  private MutableHttpResponse<?> answer(HttpRequest<?> request, String name, MediaType type) {
    PageFiles.File file = files.find(name);
    if (file == null) {
      throw Refusal.notFound();
    }
    boolean known =
        request.getHeaders().getAll(HttpHeaders.IF_NONE_MATCH).stream()
            .anyMatch(tags -> tags.contains(file.tag()));
    MutableHttpResponse<?> answer =
        known ? HttpResponse.notModified() : HttpResponse.ok(file.text()).contentType(type);
    return answer
        .header(HttpHeaders.ETAG, file.tag())
        .header(HttpHeaders.CACHE_CONTROL, "no-cache")
        .header("X-Content-Type-Options", "nosniff");
  }
}
