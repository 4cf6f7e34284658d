package dev.ipauth.embedded;

import dev.ipauth.embedded.TableSchema.Index;
import dev.ipauth.embedded.TableSchema.KeyAttribute;
import dev.ipauth.embedded.TableSchema.Keys;
import dev.ipauth.embedded.expression.Condition;
import dev.ipauth.embedded.expression.Expressions;
import dev.ipauth.embedded.expression.KeyCondition;
import dev.ipauth.embedded.expression.Projection;
import dev.ipauth.embedded.values.Canonical;
import dev.ipauth.embedded.values.KeyBytes;
import dev.ipauth.embedded.values.Refusals;
import dev.ipauth.embedded.values.Values;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.QueryRequest;
import software.amazon.awssdk.services.dynamodb.model.QueryResponse;
import software.amazon.awssdk.services.dynamodb.model.ScanRequest;
import software.amazon.awssdk.services.dynamodb.model.ScanResponse;
import software.amazon.awssdk.services.dynamodb.model.Select;

/** Rows one page after another: of a partition in the order of their sort key, or all. */
final class Pages {
  private final Database database;

  Pages(Database database) {
    this.database = database;
  }

  QueryResponse query(QueryRequest request) {
    Unsupported.refuse("Query", "KeyConditions", request.keyConditions());
    Unsupported.refuse("Query", "QueryFilter", request.queryFilter());
    Unsupported.refuse("Query", "ConditionalOperator", request.conditionalOperator());
    Unsupported.refuse("Query", "AttributesToGet", request.attributesToGet());
    Unsupported.refuse("Query", "ReturnConsumedCapacity", request.returnConsumedCapacity());
    StoredTable table = database.catalog().table(request.tableName());
    Index index = index(table.schema(), request.indexName(), request.consistentRead());
    var expressions =
        new Expressions(
            request.hasExpressionAttributeNames() ? request.expressionAttributeNames() : null,
            request.hasExpressionAttributeValues() ? request.expressionAttributeValues() : null);
    if (request.keyConditionExpression() == null) {
      throw Refusals.invalid(
          "Either the KeyConditions or KeyConditionExpression parameter must be specified in the"
              + " request.");
    }
    Condition condition =
        expressions.condition("KeyConditionExpression", request.keyConditionExpression());
    Condition filter = expressions.condition("FilterExpression", request.filterExpression());
    Projection projection = expressions.projection(request.projectionExpression());
    expressions.end();
    Keys keys = index == null ? table.schema().keys() : index.keys();
    if (condition == null) {
      throw new IllegalStateException("Its expression isn't null");
    }
    var wanted =
        new PageRequest(
            table,
            index,
            range(condition, keys),
            request.scanIndexForward() == null || request.scanIndexForward(),
            start(
                table, index, request.hasExclusiveStartKey() ? request.exclusiveStartKey() : null),
            limit(request.limit()),
            filter,
            projection,
            counts(request.select(), index, projection));
    if (!wanted.after().isEmpty() && !wanted.canBeginBehind(wanted.after())) {
      throw Refusals.invalid("The provided starting key does not match the range key predicate");
    }
    if (filter != null) {
      refuseKeysInFilter(filter, keys);
    }
    Page page = database.read(rows -> Page.read(rows, wanted));
    QueryResponse.Builder answer =
        QueryResponse.builder().count(page.count()).scannedCount(page.looked());
    if (!wanted.counts()) {
      answer.items(page.rows());
    }
    return page.last().isEmpty() ? answer.build() : answer.lastEvaluatedKey(page.last()).build();
  }

  ScanResponse scan(ScanRequest request) {
    Unsupported.refuse("Scan", "ScanFilter", request.scanFilter());
    Unsupported.refuse("Scan", "ConditionalOperator", request.conditionalOperator());
    Unsupported.refuse("Scan", "AttributesToGet", request.attributesToGet());
    Unsupported.refuse("Scan", "ReturnConsumedCapacity", request.returnConsumedCapacity());
    Unsupported.refuse("Scan", "Segment", request.segment());
    Unsupported.refuse("Scan", "TotalSegments", request.totalSegments());
    StoredTable table = database.catalog().table(request.tableName());
    Index index = index(table.schema(), request.indexName(), request.consistentRead());
    var expressions =
        new Expressions(
            request.hasExpressionAttributeNames() ? request.expressionAttributeNames() : null,
            request.hasExpressionAttributeValues() ? request.expressionAttributeValues() : null);
    Condition filter = expressions.condition("FilterExpression", request.filterExpression());
    Projection projection = expressions.projection(request.projectionExpression());
    expressions.end();
    var wanted =
        new PageRequest(
            table,
            index,
            null,
            true,
            start(
                table, index, request.hasExclusiveStartKey() ? request.exclusiveStartKey() : null),
            limit(request.limit()),
            filter,
            projection,
            counts(request.select(), index, projection));
    Page page = database.read(rows -> Page.read(rows, wanted));
    ScanResponse.Builder answer =
        ScanResponse.builder().count(page.count()).scannedCount(page.looked());
    if (!wanted.counts()) {
      answer.items(page.rows());
    }
    return page.last().isEmpty() ? answer.build() : answer.lastEvaluatedKey(page.last()).build();
  }

  private static @Nullable Index index(
      TableSchema table, @Nullable String name, @Nullable Boolean isConsistent) {
    if (name == null) {
      return null;
    }
    for (Index index : table.indexes()) {
      if (index.name().equals(name)) {
        if (Boolean.TRUE.equals(isConsistent)) {
          throw Refusals.invalid("Consistent reads are not supported on global secondary indexes");
        }
        return index;
      }
    }
    throw Refusals.invalid("The table does not have the specified index: " + name);
  }

  private static KeyRange range(Condition condition, Keys keys) {
    KeyCondition wanted = KeyCondition.of(condition, keys.partition().name(), keys.sortName());
    refuseOtherType(wanted.partition(), keys.partition());
    if (wanted.sort() != null && keys.sort() != null) {
      for (AttributeValue value : wanted.sort().values()) {
        refuseOtherType(value, keys.sort());
      }
    }
    return KeyRange.of(wanted);
  }

  private static void refuseOtherType(AttributeValue value, KeyAttribute key) {
    if (!Values.typeName(value).equals(key.type())) {
      throw Refusals.invalid(
          "One or more parameter values were invalid: Condition parameter type does not match"
              + " schema type");
    }
    if (KeyBytes.of(value).length == 0) {
      throw Refusals.invalid(
          "One or more parameter values are not valid. The AttributeValue for a key attribute"
              + " cannot contain an empty string value. Key: "
              + key.name());
    }
  }

  private static void refuseKeysInFilter(Condition filter, Keys keys) {
    for (KeyAttribute key : keys.attributes()) {
      if (filter.attributes().contains(key.name())) {
        throw Refusals.invalid(
            "Filter Expression can only contain non-primary key attributes: Primary key attribute: "
                + key.name());
      }
    }
  }

  private static Map<String, AttributeValue> start(
      StoredTable table, @Nullable Index index, @Nullable Map<String, AttributeValue> key) {
    if (key == null) {
      return Map.of();
    }
    Map<String, AttributeValue> canonical = Canonical.row(key);
    Set<KeyAttribute> wanted = new HashSet<>(table.schema().keys().attributes());
    if (index != null) {
      wanted.addAll(index.keys().attributes());
    }
    boolean fits = canonical.size() == wanted.size();
    for (KeyAttribute attribute : wanted) {
      AttributeValue value = canonical.get(attribute.name());
      fits &= value != null && Values.typeName(value).equals(attribute.type());
    }
    if (!fits) {
      throw Refusals.invalid("The provided starting key is invalid");
    }
    return canonical;
  }

  private static int limit(@Nullable Integer limit) {
    if (limit != null && limit < 1) {
      throw Refusals.invalid(
          "1 validation error detected: Value '%s' at 'limit' failed to satisfy constraint: Member"
                  .formatted(limit)
              + " must have value greater than or equal to 1");
    }
    return limit == null ? 0 : limit;
  }

  private static boolean counts(
      @Nullable Select select, @Nullable Index index, @Nullable Projection projection) {
    if (projection != null && select != null && select != Select.SPECIFIC_ATTRIBUTES) {
      throw Refusals.invalid(
          "Cannot specify the ProjectionExpression when choosing to get " + select);
    }
    if (select == Select.ALL_PROJECTED_ATTRIBUTES && index == null) {
      throw Refusals.invalid(
          "ALL_PROJECTED_ATTRIBUTES can be used only when Querying using an IndexName");
    }
    if (select == Select.SPECIFIC_ATTRIBUTES && projection == null) {
      throw Refusals.invalid(
          "Must specify the AttributesToGet or ProjectionExpression when choosing to get"
              + " SPECIFIC_ATTRIBUTES");
    }
    if (select == Select.ALL_ATTRIBUTES && index != null && index.projected() != null) {
      throw Refusals.invalid(
          "One or more parameter values were invalid: Select type ALL_ATTRIBUTES is not supported"
              + " for global secondary index %s because its projection type is not ALL"
                  .formatted(index.name()));
    }
    return select == Select.COUNT;
  }
}
