package dev.ipauth.functions.register;

import dev.ipauth.tables.Schemas;
import dev.ipauth.tables.Username;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * The name a client gives to a request that it may send twice.
 *
 * @param key as the client wrote it
 * @param bodyHash what tells one body from another
 */
public record IdempotencyKey(String key, String bodyHash) {
  private static final Duration LIFETIME = Duration.ofHours(24);
  private static final String BODY_HASH = "bodyHash";

  Map<String, AttributeValue> row(String accountId, Username username, Instant now) {
    return Map.of(
        Schemas.ACCOUNT_ID,
        AttributeValue.fromS(accountId),
        "idempotencyKey",
        AttributeValue.fromS(key),
        BODY_HASH,
        AttributeValue.fromS(bodyHash),
        Schemas.USERNAME,
        AttributeValue.fromS(username.text()),
        "expiresAt",
        seconds(now.plus(LIFETIME)));
  }

  boolean isOfTheSameBody(Map<String, AttributeValue> row) {
    return AttributeValue.fromS(bodyHash).equals(row.get(BODY_HASH));
  }

  /** Whom the request with this key made. */
  static Username username(Map<String, AttributeValue> row) {
    AttributeValue username = row.get(Schemas.USERNAME);
    return new Username(Objects.requireNonNull(username, Schemas.USERNAME).s());
  }

  static AttributeValue seconds(Instant time) {
    return AttributeValue.fromN(Long.toString(time.getEpochSecond()));
  }
}
