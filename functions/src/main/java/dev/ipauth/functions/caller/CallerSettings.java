package dev.ipauth.functions.caller;

import dev.ipauth.settings.Form;
import dev.ipauth.settings.Setting;
import dev.ipauth.settings.Values;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What an operator sets about who calls.
 *
 * @param requestsPerMinute how many requests an account may make, 1 or more
 * @param httpUrl where people reach the API, such as {@code https://relay.example.com}; null for
 *     where it listens
 * @param apiOrigins whose pages may call the API, such as {@code https://admin.example.com}
 */
public record CallerSettings(
    int requestsPerMinute, @Nullable String httpUrl, List<String> apiOrigins) {
  private static final Setting<Integer> REQUESTS_PER_MINUTE =
      Setting.of(
          "REQUESTS_PER_MINUTE",
          Form.number(1, 999_999_999),
          "6000",
          "Requests that an account may make in a minute.");
  private static final Setting<Optional<String>> HTTP_URL =
      Setting.optional("HTTP_URL", Form.origin(), "How people reach the API and the dashboard.");
  private static final Setting<List<String>> API_ORIGINS =
      Setting.of(
          "API_ORIGINS",
          Form.origin().list(),
          "none",
          "Whose pages may call the API, as browsers call them: such as https://admin.example.com.");

  public static final List<Setting<?>> ALL = List.of(REQUESTS_PER_MINUTE, HTTP_URL, API_ORIGINS);

  public static CallerSettings from(Values values) {
    return new CallerSettings(
        values.get(REQUESTS_PER_MINUTE),
        values.get(HTTP_URL).orElse(null),
        values.get(API_ORIGINS));
  }
}
