package dev.ipauth.functions;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPEvent;
import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPEvent.RequestContext;
import dev.ipauth.functions.api.Acceptance;
import java.util.Base64;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;

/**
 * Makes of API Gateway's event one that the framework reads as the request that was sent.
 *
 * <p>The gateway decodes paths, and the framework parses them as URIs again, so a space, a bracket
 * or a percent sign would end it. Bodies that are text would be encoded in whatever charset the
 * request names, and query parameters cut at their commas: {@code api.Query} reads the query as it
 * was sent.
 */
final class GatewayEvent {
  // RFC 3986: unreserved, sub-delims, and what else a path may hold as it is.
  private static final String AS_IT_IS = "-._~!$&'()*+,;=:@/";

  private GatewayEvent() {}

  static void prepare(APIGatewayV2HTTPEvent event) {
    RequestContext.Http http = event.getRequestContext().getHttp();
    http.setPath(encoded(http.getPath()));
    event.setQueryStringParameters(null);
    Map<String, String> headers = new HashMap<>();
    if (event.getHeaders() != null) {
      headers.putAll(event.getHeaders());
    }
    headers.computeIfPresent("accept", (_, accept) -> Acceptance.spelledOut(accept));
    event.setHeaders(headers);
    if (event.getBody() != null && !event.getIsBase64Encoded()) {
      event.setBody(Base64.getEncoder().encodeToString(event.getBody().getBytes(UTF_8)));
      event.setIsBase64Encoded(true);
    }
  }

  /** Leaves alone what is encoded already: some stand-ins for the gateway don't decode. */
  static String encoded(String path) {
    byte[] octets = path.getBytes(UTF_8);
    StringBuilder encoded = new StringBuilder();
    for (int i = 0; i < octets.length; i++) {
      char octet = (char) (octets[i] & 0xff);
      if (isAsItIs(octet) || (octet == '%' && isHex(octets, i + 1) && isHex(octets, i + 2))) {
        encoded.append(octet);
      } else {
        encoded.append('%').append(HexFormat.of().withUpperCase().toHexDigits((byte) octet));
      }
    }
    return encoded.toString();
  }

  private static boolean isAsItIs(char octet) {
    return octet < 0x80 && (Character.isLetterOrDigit(octet) || AS_IT_IS.indexOf(octet) >= 0);
  }

  private static boolean isHex(byte[] octets, int at) {
    return at < octets.length && Character.digit(octets[at], 16) >= 0;
  }
}
