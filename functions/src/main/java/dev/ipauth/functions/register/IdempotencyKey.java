package dev.ipauth.functions.register;

import static software.amazon.awssdk.services.dynamodb.model.AttributeValue.fromS;

import dev.ipauth.tables.Schemas;
import dev.ipauth.tables.SmtpUser;
import dev.ipauth.tables.Username;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * The name a client gives to a request that it may send twice.
 *
 * @param key as the client wrote it
 * @param bodyHash what tells one request from another
 */
public record IdempotencyKey(String key, String bodyHash) {
  private static final Duration LIFETIME = Duration.ofHours(24);
  private static final String EXPIRES_AT = "expiresAt";
  private static final String BODY_HASH = "bodyHash";

  /** Kept with the key: the user, and when it was made, for its name may be given up and taken. */
  Map<String, AttributeValue> row(SmtpUser user, Instant now) {
    return Map.of(
        Schemas.ACCOUNT_ID,
        fromS(user.accountId()),
        "idempotencyKey",
        fromS(key),
        BODY_HASH,
        fromS(bodyHash),
        Schemas.USERNAME,
        fromS(user.username().text()),
        Schemas.CREATED_AT,
        fromS(user.createdAt().toString()),
        EXPIRES_AT,
        seconds(now.plus(LIFETIME)));
  }

  /** What is kept under it, if the account has used it within its lifetime; empty when not. */
  Map<String, AttributeValue> read(
      DynamoDbClient dynamoDb, RegisterTables tables, String accountId, Instant now) {
    Map<String, AttributeValue> row =
        dynamoDb
            .getItem(
                get ->
                    get.tableName(tables.idempotencyKeys())
                        .key(
                            Map.of(
                                Schemas.ACCOUNT_ID, fromS(accountId), "idempotencyKey", fromS(key)))
                        .consistentRead(true))
            .item();
    AttributeValue end = row.get(EXPIRES_AT);
    boolean over = end == null || Long.parseLong(end.n()) <= now.getEpochSecond();
    return over ? Map.of() : row;
  }

  boolean isOfTheSameBody(Map<String, AttributeValue> row) {
    return fromS(bodyHash).equals(row.get(BODY_HASH));
  }

  /** The name of the user that the request with this key was about. */
  static Username username(Map<String, AttributeValue> row) {
    AttributeValue username = row.get(Schemas.USERNAME);
    return new Username(Objects.requireNonNull(username, Schemas.USERNAME).s());
  }

  /** Whether the request with this key was about this very user, not an earlier one of the name. */
  static boolean isOf(SmtpUser user, Map<String, AttributeValue> row) {
    AttributeValue createdAt = row.get(Schemas.CREATED_AT);
    // A row that an earlier version wrote says only when it expires.
    return createdAt == null
        ? seconds(user.createdAt().plus(LIFETIME)).equals(row.get(EXPIRES_AT))
        : fromS(user.createdAt().toString()).equals(createdAt);
  }

  static AttributeValue seconds(Instant time) {
    return AttributeValue.fromN(Long.toString(time.getEpochSecond()));
  }
}
