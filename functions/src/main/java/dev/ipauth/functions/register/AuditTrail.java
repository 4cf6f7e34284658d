package dev.ipauth.functions.register;

import static java.nio.charset.StandardCharsets.UTF_8;
import static software.amazon.awssdk.services.dynamodb.model.AttributeValue.fromS;

import dev.ipauth.functions.register.Changes.By;
import dev.ipauth.tables.Schemas;
import dev.ipauth.tables.SmtpUser;
import dev.ipauth.tables.Username;
import io.micronaut.core.type.Argument;
import io.micronaut.json.JsonMapper;
import io.micronaut.json.tree.JsonNode;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.QueryRequest;

/** Who changed what: written with every change, read by the account. No secrets are in it. */
@Singleton
public final class AuditTrail {
  /**
   * One change, as a person reads it.
   *
   * @param position names the line within its account's trail, to go on behind it
   * @param by who signed in; null for somebody at the address, who needn't
   * @param before what the change took away; null for a new user
   * @param after what it put in its place; null for a deleted one
   */
  public record Entry(
      String position,
      Username username,
      Instant at,
      @Nullable String by,
      String ip,
      String what,
      @Nullable JsonNode before,
      @Nullable JsonNode after) {}

  /** What no trail tells: secrets, and what is the tables' own affair. */
  private static final Set<String> UNTOLD =
      Set.of(Schemas.PASSWORD_HASH, Schemas.PENDING_CODE, Schemas.VERSION, Schemas.ACCOUNT_ID);

  // A user may be changed by a machine whose clock is behind that of the one that made it.
  private static final Duration CLOCKS_DIFFER = Duration.ofMinutes(1);

  private final DynamoDbClient dynamoDb;
  private final RegisterTables tables;
  private final JsonMapper json;
  private final Clock clock;
  private final Duration retention;
  private final boolean proofRequired;

  AuditTrail(
      DynamoDbClient dynamoDb,
      RegisterTables tables,
      JsonMapper json,
      Clock clock,
      RegisterSettings settings) {
    this.dynamoDb = dynamoDb;
    this.tables = tables;
    this.json = json;
    this.clock = clock;
    this.retention = settings.auditRetention();
    this.proofRequired = settings.nominationProof() == NominationProof.REQUIRED;
  }

  /**
   * The changes of this user, the newest first; not those of an earlier user of its name.
   *
   * @param after the position that the page begins behind; null for the first page
   */
  public List<Entry> newestFirst(SmtpUser user, @Nullable String after, int limit) {
    AttributeValue trail = fromS(AuditLine.auditedUser(user.username(), user.accountId()));
    Instant made = user.createdAt().minus(CLOCKS_DIFFER);
    Instant oldest = made.isAfter(oldestKept()) ? made : oldestKept();
    return lines(
            after,
            limit,
            oldest,
            query ->
                query
                    .consistentRead(true)
                    .keyConditionExpression("auditedUser = :whose AND #position >= :oldest")
                    .exclusiveStartKey(
                        after == null
                            ? null
                            : Map.of(
                                AuditLine.AUDITED_USER,
                                trail,
                                AuditLine.POSITION,
                                fromS(position(after)))),
            trail)
        .filter(line -> line.isOf(user))
        .limit(limit)
        .map(this::entry)
        .toList();
  }

  /**
   * The changes of all users that the account has or had, the newest first. What was changed within
   * the last moment may not show yet: an index lags.
   *
   * @param after the position that the page begins behind; null for the first page
   */
  public List<Entry> newestFirst(String accountId, @Nullable String after, int limit) {
    return lines(
            after,
            limit,
            oldestKept(),
            query ->
                query
                    .indexName(Schemas.BY_ACCOUNT)
                    .keyConditionExpression("accountId = :whose AND #position >= :oldest")
                    .exclusiveStartKey(after == null ? null : start(accountId, after)),
            fromS(accountId))
        .limit(limit)
        .map(this::entry)
        .toList();
  }

  private Stream<AuditLine> lines(
      @Nullable String after,
      int limit,
      Instant oldest,
      Consumer<QueryRequest.Builder> which,
      AttributeValue whose) {
    String first = AuditLine.positionsFrom(oldest);
    // A page that begins before the range that is asked for is refused by DynamoDB, for ever.
    if (after != null && after.compareTo(first) <= 0) {
      return Stream.empty();
    }
    return dynamoDb
        .queryPaginator(
            query -> {
              which.accept(query);
              query
                  .tableName(tables.audit())
                  .scanIndexForward(false)
                  .expressionAttributeNames(Map.of("#position", AuditLine.POSITION))
                  .expressionAttributeValues(Map.of(":whose", whose, ":oldest", fromS(first)))
                  .limit(limit);
            })
        .items()
        .stream()
        .map(row -> AuditLine.read(row, retention));
  }

  private Instant oldestKept() {
    return clock.instant().minus(retention);
  }

  // An entry's position names its user as well, behind the last space.
  private static String position(String entry) {
    return entry.substring(0, entry.lastIndexOf(' '));
  }

  private static Map<String, AttributeValue> start(String accountId, String entry) {
    Username username = new Username(entry.substring(entry.lastIndexOf(' ') + 1));
    return Map.of(
        Schemas.ACCOUNT_ID, fromS(accountId),
        AuditLine.AUDITED_USER, fromS(AuditLine.auditedUser(username, accountId)),
        AuditLine.POSITION, fromS(position(entry)));
  }

  /** The line that is written with a change, in the same transaction. */
  AuditLine line(
      String what, @Nullable SmtpUser before, @Nullable SmtpUser after, By by, String token) {
    SmtpUser user = after != null ? after : Objects.requireNonNull(before, "a change of some user");
    Map<String, JsonNode> was = facts(before);
    Map<String, JsonNode> is = facts(after);
    return new AuditLine(
        user.accountId(),
        user.username(),
        user.createdAt(),
        AuditLine.position(by.at(), user.version(), token),
        by.at(),
        by.caller().subject(),
        by.caller().ip().toString(),
        what,
        before == null ? null : written(differing(was, is)),
        after == null ? null : written(differing(is, was)),
        by.at().plus(retention));
  }

  private static Map<String, JsonNode> differing(
      Map<String, JsonNode> these, Map<String, JsonNode> others) {
    Map<String, JsonNode> differing = new LinkedHashMap<>(these);
    differing.entrySet().removeIf(fact -> fact.getValue().equals(others.get(fact.getKey())));
    return differing;
  }

  /** In the API's own words, which are the row's but for the addresses. */
  private Map<String, JsonNode> facts(@Nullable SmtpUser user) {
    Map<String, JsonNode> facts = new LinkedHashMap<>();
    if (user != null) {
      Map<String, AttributeValue> row = Schemas.SMTP_USERS.itemToMap(user, true);
      for (String column : Schemas.SMTP_USERS.attributeNames()) {
        if (!UNTOLD.contains(column)) {
          facts.put(column, fact(row.get(column)));
        }
      }
      facts.put("ipAuthentication", pair(facts, Schemas.IP, "since", Schemas.IP_SINCE));
      JsonNode pending = pair(facts, Schemas.PENDING_IP, "requestedAt", Schemas.PENDING_SINCE);
      if (proofRequired || !pending.isNull()) {
        facts.put("pendingIpAuthentication", pending);
      }
    }
    return facts;
  }

  /** Takes two columns' facts out; null when they are. */
  private static JsonNode pair(
      Map<String, JsonNode> facts, String ipColumn, String time, String timeColumn) {
    JsonNode ip = Objects.requireNonNull(facts.remove(ipColumn));
    JsonNode at = Objects.requireNonNull(facts.remove(timeColumn));
    Map<String, JsonNode> pair = new LinkedHashMap<>();
    pair.put("ip", ip);
    pair.put(time, at);
    return ip.isNull() ? ip : JsonNode.createObjectNode(pair);
  }

  private static JsonNode fact(@Nullable AttributeValue value) {
    if (value == null) {
      return JsonNode.nullNode();
    }
    return switch (value.type()) {
      case S -> JsonNode.createStringNode(value.s());
      case BOOL -> JsonNode.createBooleanNode(value.bool());
      case L -> JsonNode.createArrayNode(value.l().stream().map(AuditTrail::fact).toList());
      default -> throw new IllegalStateException("No user has a " + value.type());
    };
  }

  private Entry entry(AuditLine line) {
    return new Entry(
        line.position() + " " + line.username(),
        line.username(),
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
