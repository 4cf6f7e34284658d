package dev.ipauth.relay.http;

import java.net.http.HttpHeaders;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Optional;

/**
 * What an API answered.
 *
 * @param status 100 to 599
 * @param fields of the JSON object in its body; empty when there is none
 */
public record HttpAnswer(int status, HttpHeaders headers, JsonFields fields) {
  private static final Duration LONGEST_WAIT = Duration.ofHours(1);

  /**
   * {@code Retry-After} (RFC 9110 section 10.2.3), a number of seconds or a date; an hour at most,
   * for a slip of the far side's mustn't stop mail for a day.
   */
  public Optional<Duration> retryAfter(Instant now) {
    return headers
        .firstValue("Retry-After")
        .flatMap(text -> wait(text.strip(), now))
        .map(wait -> wait.compareTo(LONGEST_WAIT) < 0 ? wait : LONGEST_WAIT)
        .filter(Duration::isPositive);
  }

  private static Optional<Duration> wait(String text, Instant now) {
    if (text.matches("\\d{1,9}")) {
      return Optional.of(Duration.ofSeconds(Long.parseLong(text)));
    }
    try {
      var date = ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME);
      return Optional.of(Duration.between(now, date.toInstant()));
    } catch (DateTimeParseException _) {
      return Optional.empty();
    }
  }
}
