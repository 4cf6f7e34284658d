package dev.ipauth.local;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.nimbusds.jose.util.JSONObjectUtils;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.text.ParseException;
import java.util.Map;

/** The HTTP API as one account uses it. */
final class Api implements AutoCloseable {
  private final HttpClient http = HttpClient.newHttpClient();
  private final String base;
  private final String token;

  Api(Platform platform, String accountId) throws IOException, InterruptedException {
    base = platform.http();
    var answer = post("/local/token", "{\"accountId\": \"" + accountId + "\"}", "");
    token = field(answer, "token");
  }

  /** Makes an SMTP user; the answer is its password. */
  String create(String username) throws IOException, InterruptedException {
    var answer = post("/v1/smtp-users", "{\"username\": \"" + username + "\"}", "Bearer " + token);
    return field(answer, "password");
  }

  HttpResponse<String> nominate(String username, String ip)
      throws IOException, InterruptedException {
    return send(
        "PUT", "/v1/smtp-users/" + username + "/ip-authentication", "{\"ip\":\"" + ip + "\"}");
  }

  HttpResponse<String> release(String username) throws IOException, InterruptedException {
    return send("DELETE", "/v1/smtp-users/" + username + "/ip-authentication", "");
  }

  HttpResponse<String> delete(String username) throws IOException, InterruptedException {
    return send("DELETE", "/v1/smtp-users/" + username, "");
  }

  HttpResponse<String> get(String path) throws IOException, InterruptedException {
    return send("GET", path, "");
  }

  HttpResponse<String> send(String method, String path, String body)
      throws IOException, InterruptedException {
    return http.send(
        request(path, "Bearer " + token, body).method(method, publisher(body)).build(),
        BodyHandlers.ofString());
  }

  private HttpResponse<String> post(String path, String body, String authorization)
      throws IOException, InterruptedException {
    return http.send(
        request(path, authorization, body).POST(publisher(body)).build(), BodyHandlers.ofString());
  }

  private HttpRequest.Builder request(String path, String authorization, String body) {
    var request = HttpRequest.newBuilder(URI.create(base + path));
    if (!authorization.isEmpty()) {
      request.header("Authorization", authorization);
    }
    if (!body.isEmpty()) {
      request.header("Content-Type", "application/json");
    }
    return request;
  }

  private static HttpRequest.BodyPublisher publisher(String body) {
    return HttpRequest.BodyPublishers.ofString(body, UTF_8);
  }

  private static String field(HttpResponse<String> answer, String name) {
    try {
      Map<String, Object> json = JSONObjectUtils.parse(answer.body());
      return String.valueOf(json.get(name));
    } catch (ParseException e) {
      throw new AssertionError(answer + " " + answer.body(), e);
    }
  }

  @Override
  public void close() {
    http.close();
  }
}
