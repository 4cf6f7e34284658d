package dev.ipauth.local;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.OutputStream;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The API's description as a page. */
class DocsTest {
  private static final Map<String, String> ANY_PORTS =
      Map.of("HTTP_PORT", "0", "SMTP_PORTS", "0", "SMTPS_PORTS", "0", "MANAGEMENT_PORT", "0");
  private static final Pattern OPERATION_ID = Pattern.compile("operationId: (\\w+)");
  private static final Pattern LOADED = Pattern.compile("(?:src|href)=\"([^#\"][^\"]*)\"");

  @Test
  void hasEveryOperationAndLoadsOnlyItsStyle() throws Exception {
    try (Platform platform = Platform.start(ANY_PORTS, OutputStream.nullOutputStream());
        Api anybody = new Api(platform, "acme")) {
      HttpResponse<String> page = anybody.get("/docs");
      String description = anybody.get("/v1/openapi.yaml").body();

      assertEquals(200, page.statusCode());
      assertTrue(page.headers().firstValue("Content-Type").orElse("").startsWith("text/html"));
      String policy = page.headers().firstValue("Content-Security-Policy").orElse("none");
      assertTrue(policy.startsWith("default-src 'none'; style-src 'self';"), policy);
      List<String> missing =
          OPERATION_ID
              .matcher(description)
              .results()
              .map(id -> id.group(1))
              .filter(id -> !page.body().contains("<section id=\"" + id + "\">"))
              .toList();
      assertEquals(List.of(), missing);
      assertFalse(page.body().contains("<script") || page.body().contains(" style="));
      List<String> loaded =
          LOADED.matcher(page.body()).results().map(found -> found.group(1)).distinct().toList();
      assertEquals(List.of("/docs/style.css", "/v1/openapi.yaml"), loaded);
      assertEquals(200, anybody.get("/docs/style.css").statusCode());
    }
  }
}
