package dev.ipauth.functions.register;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.ipauth.tables.Nomination;
import dev.ipauth.tables.SmtpUser;
import io.micronaut.core.type.Argument;
import io.micronaut.json.JsonMapper;
import io.micronaut.json.tree.JsonNode;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** Who changed what: written with every change, read by the account. No secrets are in it. */
@Singleton
public final class AuditTrail {
  /**
   * One change, as a person reads it.
   *
   * @param position names the line within its user's trail, for {@link #newestFirst}
   * @param before what the change took away; null for a new user
   * @param after what it put in its place; null for a deleted one
   */
  public record Entry(
      String position,
      Instant at,
      String by,
      String ip,
      String what,
      @Nullable JsonNode before,
      @Nullable JsonNode after) {}

  private final DynamoDbClient dynamoDb;
  private final TableNames tables;
  private final JsonMapper json;

  AuditTrail(DynamoDbClient dynamoDb, TableNames tables, JsonMapper json) {
    this.dynamoDb = dynamoDb;
    this.tables = tables;
    this.json = json;
  }

  /**
   * The changes of a user by its account, the newest first.
   *
   * @param after the position that the page begins behind; null for the first page
   */
  public List<Entry> newestFirst(SmtpUser user, @Nullable String after, int limit) {
    String trail = AuditLine.auditedUser(user.username(), user.accountId());
    Map<String, AttributeValue> start =
        after == null
            ? Map.of()
            : Map.of(
                AuditLine.AUDITED_USER, AttributeValue.fromS(trail),
                AuditLine.POSITION, AttributeValue.fromS(after));
    return dynamoDb
        .queryPaginator(
            request ->
                request
                    .tableName(tables.audit())
                    .consistentRead(true)
                    .scanIndexForward(false)
                    .keyConditionExpression("auditedUser = :trail")
                    .expressionAttributeValues(Map.of(":trail", AttributeValue.fromS(trail)))
                    .exclusiveStartKey(start.isEmpty() ? null : start)
                    .limit(limit))
        .items()
        .stream()
        // DynamoDB stops at 1 MB, wherever that is; the limit is the caller's.
        .limit(limit)
        .map(row -> entry(AuditLine.read(row)))
        .toList();
  }

  /** The line that is written with this change, in the same transaction. */
  AuditLine line(Change change, String token) {
    SmtpUser user = change.user();
    Map<String, JsonNode> was = facts(change.before());
    Map<String, JsonNode> is = facts(change.after());
    return new AuditLine(
        AuditLine.auditedUser(user.username(), user.accountId()),
        AuditLine.position(change.at(), user.version(), token),
        change.at(),
        change.caller().subject(),
        change.caller().ip().toString(),
        change.what(),
        change.before() == null ? null : written(differing(was, is)),
        change.after() == null ? null : written(differing(is, was)));
  }

  private static Map<String, JsonNode> differing(
      Map<String, JsonNode> these, Map<String, JsonNode> others) {
    Map<String, JsonNode> differing = new LinkedHashMap<>(these);
    differing.entrySet().removeIf(fact -> fact.getValue().equals(others.get(fact.getKey())));
    return differing;
  }

  // In the API's own words. What isn't here, such as the password's hash, can't leak.
  private static Map<String, JsonNode> facts(@Nullable SmtpUser user) {
    Map<String, JsonNode> facts = new LinkedHashMap<>();
    if (user != null) {
      facts.put("username", text(user.username()));
      facts.put("description", text(user.description()));
      facts.put("enabled", JsonNode.createBooleanNode(user.enabled()));
      facts.put("ipAuthentication", nomination(user.nomination()));
      facts.put("ipRestrictions", texts(user.ipRestrictions()));
      facts.put("allowedSenders", texts(user.allowedSenders()));
      facts.put("createdAt", text(user.createdAt()));
      facts.put("passwordChangedAt", text(user.passwordChangedAt()));
    }
    return facts;
  }

  private static JsonNode nomination(@Nullable Nomination nomination) {
    return nomination == null
        ? JsonNode.nullNode()
        : JsonNode.createObjectNode(
            Map.of("ip", text(nomination.ip()), "since", text(nomination.since())));
  }

  private static JsonNode texts(List<?> values) {
    return JsonNode.createArrayNode(values.stream().map(AuditTrail::text).toList());
  }

  private static JsonNode text(@Nullable Object value) {
    return value == null ? JsonNode.nullNode() : JsonNode.createStringNode(value.toString());
  }

  private Entry entry(AuditLine line) {
    return new Entry(
        line.position(),
        line.at(),
        line.by(),
        line.ip(),
        line.what(),
        read(line.before()),
        read(line.after()));
  }

  private String written(Map<String, JsonNode> facts) {
    try {
      return new String(json.writeValueAsBytes(JsonNode.createObjectNode(facts)), UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private @Nullable JsonNode read(@Nullable String facts) {
    try {
      return facts == null ? null : json.readValue(facts, Argument.of(JsonNode.class));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
