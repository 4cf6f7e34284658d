package dev.ipauth.local;

import io.micronaut.http.HttpResponse;
import io.micronaut.http.MediaType;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Objects;

/** The API's description as a page, which Maven renders; a browser loads nothing else for it. */
@Controller("/docs")
final class DocsController {
  private static final String POLICY =
      "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none';"
          + " frame-ancestors 'none'";

  @Get(produces = MediaType.TEXT_HTML)
  HttpResponse<byte[]> page() {
    return file("index.html");
  }

  @Get(value = "/style.css", produces = MediaType.TEXT_CSS)
  HttpResponse<byte[]> style() {
    return file("style.css");
  }

  private static HttpResponse<byte[]> file(String name) {
    try (InputStream file = DocsController.class.getResourceAsStream("docs/" + name)) {
      return HttpResponse.ok(Objects.requireNonNull(file, name).readAllBytes())
          .header("Content-Security-Policy", POLICY)
          .header("X-Content-Type-Options", "nosniff");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
