package dev.ipauth.functions;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ipauth.functions.Gateway.Answer;
import java.net.URLEncoder;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Somebody with a browser at an address, who was sent a link. */
record Office(Gateway gateway, String at) {
  static final String ORIGIN = "https://api.example.com";

  private static final Pattern LINK = Pattern.compile("\"link\":\"" + ORIGIN + "(/prove/\\w+)\"");
  private static final Pattern NONCE = Pattern.compile("name=\"nonce\" value=\"([\\w-]{43})\"");

  /** The path of the link in an answer of the API. */
  static String link(String body) {
    Matcher link = LINK.matcher(body);
    assertTrue(link.find(), body);
    return link.group(1);
  }

  Answer open(String link) {
    return gateway.send(at, "GET", link, "", "Accept: text/html");
  }

  String nonce(String link) {
    Answer page = open(link);
    assertEquals(200, page.status(), page.body());
    Matcher nonce = NONCE.matcher(page.body());
    assertTrue(nonce.find(), page.body());
    return nonce.group(1);
  }

  /** Types the name and presses the button. */
  Answer agree(String link, String username) {
    return send(link, username, nonce(link), "Sec-Fetch-Site: same-origin");
  }

  /** The form alone, whoever made it. */
  Answer send(String link, String username, String nonce, String... headers) {
    String[] all = new String[headers.length + 2];
    System.arraycopy(headers, 0, all, 0, headers.length);
    all[headers.length] = "Content-Type: application/x-www-form-urlencoded";
    all[headers.length + 1] = "Accept: application/problem+json";
    String form =
        "username=%s&nonce=%s"
            .formatted(URLEncoder.encode(username, UTF_8), URLEncoder.encode(nonce, UTF_8));
    return gateway.send(at, "POST", link, form, all);
  }
}
