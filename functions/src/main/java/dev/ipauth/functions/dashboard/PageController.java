package dev.ipauth.functions.dashboard;

import dev.ipauth.functions.problem.Refusal;
import io.micronaut.core.annotation.Nullable;
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
import java.util.regex.Pattern;

/** The page and its files, for whoever asks. */
@Hidden
@Controller
final class PageController {
  private static final Map<String, MediaType> TYPES =
      Map.of(
          "html", MediaType.of("text/html;charset=utf-8"),
          "js", MediaType.of("text/javascript;charset=utf-8"),
          "json", MediaType.of("application/json;charset=utf-8"),
          "css", MediaType.of("text/css;charset=utf-8"),
          "svg", MediaType.of("image/svg+xml;charset=utf-8"));
  private static final Pattern NAME = Pattern.compile("([a-z]+/)?[a-z0-9-]+\\.([a-z]+)");
  private static final String FOR_GOOD = "public, max-age=31536000, immutable";

  private final PageFiles files;
  private final ContentPolicy policy;
  private final DashboardSettings settings;

  PageController(PageFiles files, ContentPolicy policy, DashboardSettings settings) {
    this.files = files;
    this.policy = policy;
    this.settings = settings;
  }

  @Get(value = "/", produces = MediaType.ALL)
  HttpResponse<?> page(HttpRequest<?> request) {
    MutableHttpResponse<?> answer =
        answer(request, files.page(), "html")
            .header("Content-Security-Policy", policy.text())
            .header("Permissions-Policy", ContentPolicy.PERMISSIONS)
            .header("Referrer-Policy", "no-referrer")
            .header("Cross-Origin-Opener-Policy", "same-origin");
    if (settings.hstsSeconds() > 0) {
      answer.header("Strict-Transport-Security", "max-age=" + settings.hstsSeconds());
    }
    return answer;
  }

  @Get(value = "/dashboard/{+path}", produces = MediaType.ALL)
  HttpResponse<?> file(HttpRequest<?> request, @PathVariable String path) {
    var name = NAME.matcher(path);
    if (!name.matches() || !TYPES.containsKey(name.group(2))) {
      throw Refusal.notFound();
    }
    return answer(request, files.find(path), name.group(2));
  }

  // What isn't named by its content is always asked for anew, and seldom sent: a new version is a
  // new page at once.
  private static MutableHttpResponse<?> answer(
      HttpRequest<?> request, @Nullable PageFile file, String ending) {
    if (file == null) {
      throw Refusal.notFound();
    }
    boolean isZipped = takesGzip(request);
    String tag = file.tag(isZipped);
    MutableHttpResponse<byte[]> answer =
        isKnown(request, tag)
            ? HttpResponse.notModified()
            : HttpResponse.ok(isZipped ? file.zipped() : file.octets());
    if (isZipped && answer.getBody().isPresent()) {
      answer.header(HttpHeaders.CONTENT_ENCODING, "gzip");
    }
    return answer
        .contentType(TYPES.get(ending))
        .header(HttpHeaders.ETAG, tag)
        .header(HttpHeaders.VARY, HttpHeaders.ACCEPT_ENCODING)
        .header(HttpHeaders.CACHE_CONTROL, file.keep() ? FOR_GOOD : "no-cache")
        .header("X-Content-Type-Options", "nosniff");
  }

  private static boolean takesGzip(HttpRequest<?> request) {
    return request.getHeaders().getAll(HttpHeaders.ACCEPT_ENCODING).stream()
        .flatMap(line -> Pattern.compile(",").splitAsStream(line))
        .map(String::strip)
        .anyMatch(coding -> coding.matches("(?i)gzip(\\s*;\\s*q=(1|0\\.\\d*[1-9]).*)?"));
  }

  private static boolean isKnown(HttpRequest<?> request, String tag) {
    return request.getHeaders().getAll(HttpHeaders.IF_NONE_MATCH).stream()
        .anyMatch(tags -> tags.contains(tag));
  }
}
