package dev.ipauth.functions;

import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkRequest;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.services.dynamodb.model.BatchGetItemRequest;
import software.amazon.awssdk.services.dynamodb.model.GetItemRequest;
import software.amazon.awssdk.services.dynamodb.model.PutItemRequest;
import software.amazon.awssdk.services.dynamodb.model.QueryRequest;
import software.amazon.awssdk.services.dynamodb.model.ScanRequest;
import software.amazon.awssdk.services.dynamodb.model.TransactGetItemsRequest;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItem;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItemsRequest;
import software.amazon.awssdk.services.dynamodb.model.UpdateItemRequest;

/** The permissions that a client's requests need, as {@code dynamodb:GetItem on SmtpUsers}. */
final class Permissions implements ExecutionInterceptor {
  private final Set<String> seen = new TreeSet<>();

  synchronized Set<String> all() {
    return new TreeSet<>(seen);
  }

  @Override
  public synchronized void beforeExecution(
      Context.BeforeExecution context, ExecutionAttributes attributes) {
    of(context.request()).forEach(seen::add);
  }

  /** A request of another kind is one that no policy allows. */
  private static Stream<String> of(SdkRequest request) {
    return switch (request) {
      case GetItemRequest get -> Stream.of(permission("GetItem", get.tableName(), null));
      case BatchGetItemRequest batch ->
          batch.requestItems().keySet().stream()
              .map(table -> permission("BatchGetItem", table, null));
      case QueryRequest query ->
          Stream.of(permission("Query", query.tableName(), query.indexName()));
      case ScanRequest scan -> Stream.of(permission("Scan", scan.tableName(), scan.indexName()));
      case PutItemRequest put -> Stream.of(permission("PutItem", put.tableName(), null));
      case UpdateItemRequest update ->
          Stream.of(permission("UpdateItem", update.tableName(), null));
      case TransactGetItemsRequest gets ->
          gets.transactItems().stream()
              .map(get -> permission("GetItem", get.get().tableName(), null));
      case TransactWriteItemsRequest writes -> writes.transactItems().stream().map(Permissions::of);
      default -> Stream.of("a permission for " + request.getClass().getSimpleName());
    };
  }

  private static String of(TransactWriteItem item) {
    if (item.put() != null) {
      return permission("PutItem", item.put().tableName(), null);
    }
    if (item.delete() != null) {
      return permission("DeleteItem", item.delete().tableName(), null);
    }
    if (item.update() != null) {
      return permission("UpdateItem", item.update().tableName(), null);
    }
    return permission("ConditionCheckItem", item.conditionCheck().tableName(), null);
  }

  private static String permission(String action, String table, @Nullable String index) {
    String name = table.substring(table.lastIndexOf('-') + 1);
    return "dynamodb:" + action + " on " + name + (index == null ? "" : "/index/" + index);
  }
}
