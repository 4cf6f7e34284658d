package dev.ipauth.functions.proof;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPEvent;
import dev.ipauth.functions.problem.ProblemType;
import dev.ipauth.functions.problem.Refusal;
import io.micronaut.core.annotation.Introspected;
import io.micronaut.http.HttpRequest;
import io.micronaut.servlet.http.ServletHttpRequest;
import io.swagger.v3.oas.annotations.media.Schema;
import java.net.URLDecoder;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the page's form sends.
 *
 * @param username as somebody typed it; empty when it is missing
 * @param nonce empty when it is missing
 */
@Introspected
@Schema(name = "ProofForm")
record ProofForm(
    @Schema(example = "scanner-2f") String username,
    @Schema(description = "As it stands in the page that was shown to this address") String nonce) {
  private static final int LARGEST = 16_384;

  /**
   * A field that is said twice is as good as missing.
   *
   * @param read what the framework made of the body; behind API Gateway, nothing
   */
  static ProofForm read(HttpRequest<?> request, @Nullable Map<String, Object> read) {
    Map<String, ?> fields =
        request instanceof ServletHttpRequest<?, ?> servlet
                && servlet.getNativeRequest() instanceof APIGatewayV2HTTPEvent event
            ? fields(event)
            : read;
    return new ProofForm(text(fields, "username"), text(fields, "nonce"));
  }

  private static String text(@Nullable Map<String, ?> fields, String name) {
    Object value = fields == null ? null : fields.get(name);
    return value instanceof String text ? text : "";
  }

  private static Map<String, String> fields(APIGatewayV2HTTPEvent event) {
    // However the event came, its body is in base64 by now.
    String base64 = event.getBody() == null ? "" : event.getBody();
    if (base64.length() > LARGEST * 4 / 3) {
      throw new Refusal(ProblemType.TOO_LARGE, ProblemType.TOO_LARGE.example());
    }
    byte[] body = Base64.getDecoder().decode(base64);
    Map<String, String> fields = new HashMap<>();
    for (String pair : new String(body, UTF_8).split("&", -1)) {
      int equals = pair.indexOf('=');
      if (equals > 0) {
        fields.merge(
            pair.substring(0, equals), decoded(pair.substring(equals + 1)), (one, more) -> "");
      }
    }
    return fields;
  }

  private static String decoded(String text) {
    try {
      return URLDecoder.decode(text, UTF_8);
    } catch (IllegalArgumentException _) {
      return "";
    }
  }

  /** A phone's keyboard begins with a capital letter and ends with a space. */
  boolean names(String expected) {
    return username.strip().equalsIgnoreCase(expected);
  }
}
