package dev.ipauth.relay.oauth;

import dev.ipauth.relay.http.HttpAnswer;
import dev.ipauth.relay.http.HttpApi;
import dev.ipauth.relay.http.HttpFault;
import dev.ipauth.relay.oauth.NoToken.Kind;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Asks the issuer for a token, once, and makes of its answer a token or {@link NoToken}. */
final class Issuer {

  /** RFC 6750 section 2.1; any other character could end a field of XOAUTH2. */
  private static final Pattern TOKEN = Pattern.compile("[A-Za-z0-9._~+/-]+=*");

  /** Longer than any issuer makes, and short enough for a line of SMTP AUTH (RFC 4954). */
  private static final int LONGEST_TOKEN = 8192;

  /** Where the issuer doesn't say how long it holds (RFC 6749 section 5.1 doesn't insist). */
  private static final Duration LIFE_UNSAID = Duration.ofMinutes(5);

  private static final Duration LONGEST_LIFE = Duration.ofDays(1);

  /** Errors that are the issuer's own, or pass (RFC 6749 section 4.1.2.1, RFC 8628). */
  private static final Set<String> PASSING =
      Set.of("temporarily_unavailable", "server_error", "slow_down");

  private final URI url;
  private final Grant grant;
  private final HttpApi http;
  private final Duration timeout;

  /**
   * Asks nothing yet.
   *
   * @param timeout for an answer
   */
  Issuer(URI url, Grant grant, HttpApi http, Duration timeout) {
    this.url = url;
    this.grant = grant;
    this.http = http;
    this.timeout = timeout;
  }

  /** Asks; completes on any thread. */
  CompletionStage<AccessToken> ask(Instant now) {
    return CompletableFuture.supplyAsync(() -> form(now), http.threads())
        .thenCompose(
            form -> http.send(request(form), timeout).thenApply(answer -> token(form, answer, now)))
        .exceptionallyCompose(failure -> CompletableFuture.failedFuture(noToken(failure)));
  }

  private Map<String, String> form(Instant now) {
    try {
      return grant.form(url, now);
    } catch (IllegalArgumentException e) {
      throw new NoToken(Kind.OPERATOR, String.valueOf(e.getMessage()));
    }
  }

  private HttpRequest request(Map<String, String> form) {
    String body =
        form.entrySet().stream()
            .map(field -> field.getKey() + "=" + encoded(field.getValue()))
            .collect(Collectors.joining("&"));
    return HttpRequest.newBuilder(url)
        .header("Content-Type", "application/x-www-form-urlencoded")
        .header("Accept", "application/json")
        .POST(BodyPublishers.ofString(body))
        .build();
  }

  private static String encoded(String value) {
    return URLEncoder.encode(value, StandardCharsets.UTF_8);
  }

  private NoToken noToken(Throwable failure) {
    Throwable cause = failure.getCause() == null ? failure : failure.getCause();
    if (cause instanceof NoToken told) {
      return told;
    }
    Kind kind =
        cause instanceof HttpFault fault && fault.kind() == HttpFault.Kind.UNTRUSTED
            ? Kind.OPERATOR
            : Kind.UNAVAILABLE;
    return new NoToken(kind, "no token can be fetched: " + cause.getMessage());
  }

  // --- The answer (RFC 6749 section 5) -----------------------------------------------------------

  private AccessToken token(Map<String, String> form, HttpAnswer answer, Instant now) {
    if (answer.status() != 200) {
      throw refused(form, answer, now);
    }
    String type = answer.fields().get("token_type").orElse("Bearer");
    String value = answer.fields().get("access_token").orElse("");
    if (!type.equalsIgnoreCase("Bearer")
        || value.length() > LONGEST_TOKEN
        || !TOKEN.matcher(value).matches()) {
      throw new NoToken(
          Kind.UNAVAILABLE, url.getHost() + " answers with no token that can be used");
    }
    return new AccessToken(value, now.plus(life(answer.fields().get("expires_in").orElse(""))));
  }

  private static Duration life(String seconds) {
    if (!seconds.matches("\\d{1,9}")) {
      return LIFE_UNSAID;
    }
    Duration said = Duration.ofSeconds(Long.parseLong(seconds));
    return said.compareTo(LONGEST_LIFE) < 0 ? said : LONGEST_LIFE;
  }

  private NoToken refused(Map<String, String> form, HttpAnswer answer, Instant now) {
    // An issuer may quote what it was sent.
    var secrets =
        Secrets.of(form.getOrDefault("client_secret", ""), form.getOrDefault("assertion", ""));
    int status = answer.status();
    String error = answer.fields().words("error", secrets::leftOutOf);
    String words = answer.fields().words("error_description", secrets::leftOutOf);
    String said =
        url.getHost()
            + " refuses a token: "
            + status
            + (error.isEmpty() ? "" : " " + error)
            + (words.isEmpty() ? "" : ": " + words);
    return new NoToken(kind(status, error), said, answer.retryAfter(now).orElse(null));
  }

  private static Kind kind(int status, String error) {
    if (status == 429) {
      return Kind.THROTTLED;
    }
    boolean ofTheRelay = status >= 400 && status < 500 && status != 408;
    return ofTheRelay && !PASSING.contains(error) ? Kind.OPERATOR : Kind.UNAVAILABLE;
  }
}
