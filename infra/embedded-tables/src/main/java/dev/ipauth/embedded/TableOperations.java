package dev.ipauth.embedded;

import dev.ipauth.embedded.values.Refusals;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.model.BillingMode;
import software.amazon.awssdk.services.dynamodb.model.CreateTableRequest;
import software.amazon.awssdk.services.dynamodb.model.CreateTableResponse;
import software.amazon.awssdk.services.dynamodb.model.DescribeTableRequest;
import software.amazon.awssdk.services.dynamodb.model.DescribeTableResponse;
import software.amazon.awssdk.services.dynamodb.model.DescribeTimeToLiveRequest;
import software.amazon.awssdk.services.dynamodb.model.DescribeTimeToLiveResponse;
import software.amazon.awssdk.services.dynamodb.model.GlobalSecondaryIndex;
import software.amazon.awssdk.services.dynamodb.model.GlobalSecondaryIndexDescription;
import software.amazon.awssdk.services.dynamodb.model.IndexStatus;
import software.amazon.awssdk.services.dynamodb.model.ListTablesRequest;
import software.amazon.awssdk.services.dynamodb.model.ListTablesResponse;
import software.amazon.awssdk.services.dynamodb.model.ResourceInUseException;
import software.amazon.awssdk.services.dynamodb.model.TableDescription;
import software.amazon.awssdk.services.dynamodb.model.TableStatus;
import software.amazon.awssdk.services.dynamodb.model.TimeToLiveStatus;
import software.amazon.awssdk.services.dynamodb.model.UpdateTimeToLiveRequest;
import software.amazon.awssdk.services.dynamodb.model.UpdateTimeToLiveResponse;

/** The tables themselves: made, described, listed. */
final class TableOperations {
  private static final int MOST_NAMES = 100;
  private static final String NOWHERE = "arn:aws:dynamodb:local:000000000000:table/";

  private final Database database;
  private final WriteQueue queue;

  TableOperations(Database database, WriteQueue queue) {
    this.database = database;
    this.queue = queue;
  }

  CreateTableResponse createTable(CreateTableRequest request) {
    Unsupported.refuse("CreateTable", "LocalSecondaryIndexes", request.localSecondaryIndexes());
    Unsupported.refuse("CreateTable", "StreamSpecification", request.streamSpecification());
    if (database.catalog().find(request.tableName()) != null) {
      throw Refusals.refusal(
              ResourceInUseException.builder(),
              "ResourceInUseException",
              "Cannot create preexisting table")
          .build();
    }
    TableSchema schema = TableSchema.of(request, null);
    make(schema, null);
    return CreateTableResponse.builder()
        .tableDescription(description(StoredTable.of(schema)))
        .build();
  }

  /**
   * Makes a table, or gives one that is there already other indexes and another expiry.
   *
   * @throws UnusableDatabase when it is there with other keys
   */
  void define(CreateTableRequest request, @Nullable String expiry) {
    TableSchema schema = TableSchema.of(request, expiry);
    StoredTable there = database.catalog().find(request.tableName());
    if (there != null && !there.schema().keys().equals(schema.keys())) {
      throw new UnusableDatabase(
          "The table " + schema.name() + " was made with other keys than it has in this version.");
    }
    boolean isAsWanted =
        there != null
            && there.schema().indexes().equals(schema.indexes())
            && Objects.equals(there.schema().expiry(), expiry);
    if (!isAsWanted) {
      make(schema, there);
    }
  }

  private void make(TableSchema schema, @Nullable StoredTable before) {
    StoredTable table = StoredTable.of(schema);
    queue.write(
        rows -> {
          List<Sql.Statement> statements = new ArrayList<>();
          if (before != null) {
            // The statements that were prepared for its columns are good no more.
            rows.visit(
                Sql.Statement.of("SELECT row FROM " + before.name()),
                row ->
                    statements.add(
                        table.put(dev.ipauth.embedded.values.RowJson.read(row.getBytes(1)))));
            statements.addFirst(Sql.Statement.of("DROP TABLE " + before.name()));
          }
          List<String> made = table.create();
          for (int i = 0; i < made.size(); i++) {
            statements.add((before == null ? 0 : 1) + i, Sql.Statement.of(made.get(i)));
          }
          statements.add(Catalog.keep(schema));
          return new Decision<>(statements, schema);
        });
    database.catalog().remember(schema);
  }

  DescribeTableResponse describeTable(DescribeTableRequest request) {
    return DescribeTableResponse.builder()
        .table(description(database.catalog().table(request.tableName())))
        .build();
  }

  private TableDescription description(StoredTable table) {
    CreateTableRequest definition = table.schema().definition();
    List<Long> counts =
        database.read(
            rows ->
                rows.list(
                        Sql.Statement.of(
                            "SELECT count(*), coalesce(sum(length(row)), 0) FROM " + table.name()),
                        row -> List.of(row.getLong(1), row.getLong(2)))
                    .getFirst());
    var indexes =
        definition.globalSecondaryIndexes().stream().map(TableOperations::description).toList();
    return TableDescription.builder()
        .tableName(definition.tableName())
        .tableArn(NOWHERE + definition.tableName())
        .tableStatus(TableStatus.ACTIVE)
        .attributeDefinitions(definition.attributeDefinitions())
        .keySchema(definition.keySchema())
        .globalSecondaryIndexes(indexes.isEmpty() ? null : indexes)
        .billingModeSummary(b -> b.billingMode(BillingMode.PAY_PER_REQUEST))
        .itemCount(counts.getFirst())
        .tableSizeBytes(counts.getLast())
        .build();
  }

  private static GlobalSecondaryIndexDescription description(GlobalSecondaryIndex index) {
    return GlobalSecondaryIndexDescription.builder()
        .indexName(index.indexName())
        .keySchema(index.keySchema())
        .projection(index.projection())
        .indexStatus(IndexStatus.ACTIVE)
        .build();
  }

  ListTablesResponse listTables(ListTablesRequest request) {
    int limit = request.limit() == null ? MOST_NAMES : Math.min(request.limit(), MOST_NAMES);
    String after = request.exclusiveStartTableName();
    List<String> names =
        database.catalog().all().stream()
            .map(table -> table.schema().name())
            .filter(name -> after == null || name.compareTo(after) > 0)
            .toList();
    ListTablesResponse.Builder answer = ListTablesResponse.builder();
    return names.size() > limit
        ? answer
            .tableNames(names.subList(0, limit))
            .lastEvaluatedTableName(names.get(limit - 1))
            .build()
        : answer.tableNames(names).build();
  }

  UpdateTimeToLiveResponse updateTimeToLive(UpdateTimeToLiveRequest request) {
    TableSchema schema = database.catalog().table(request.tableName()).schema();
    var wanted = request.timeToLiveSpecification();
    String expiry = Boolean.TRUE.equals(wanted.enabled()) ? wanted.attributeName() : null;
    if (Objects.equals(schema.expiry(), expiry)) {
      throw Refusals.invalid("TimeToLive is already " + (expiry == null ? "disabled" : "enabled"));
    }
    define(schema.definition(), expiry);
    return UpdateTimeToLiveResponse.builder().timeToLiveSpecification(wanted).build();
  }

  DescribeTimeToLiveResponse describeTimeToLive(DescribeTimeToLiveRequest request) {
    String expiry = database.catalog().table(request.tableName()).schema().expiry();
    return DescribeTimeToLiveResponse.builder()
        .timeToLiveDescription(
            d ->
                d.attributeName(expiry)
                    .timeToLiveStatus(
                        expiry == null ? TimeToLiveStatus.DISABLED : TimeToLiveStatus.ENABLED))
        .build();
  }
}
