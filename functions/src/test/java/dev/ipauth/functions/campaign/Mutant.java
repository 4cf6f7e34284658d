package dev.ipauth.functions.campaign;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import software.amazon.awssdk.core.SdkRequest;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.Delete;
import software.amazon.awssdk.services.dynamodb.model.GetItemRequest;
import software.amazon.awssdk.services.dynamodb.model.Put;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItem;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItemsRequest;
import software.amazon.awssdk.services.dynamodb.model.Update;

/** A mistake that somebody could make, made to what the application sends. */
enum Mutant implements ExecutionInterceptor {
  CLAIMS_WITHOUT_CONDITION(
      request ->
          request instanceof TransactWriteItemsRequest write
              ? eachPut(write, Mutant::withoutCondition)
              : request),

  ANOTHER_TOKEN_ON_EVERY_TRY(
      request ->
          request instanceof TransactWriteItemsRequest write
              ? write.toBuilder().clientRequestToken(UUID.randomUUID().toString()).build()
              : request),

  WITHOUT_VERSION(
      request ->
          request instanceof TransactWriteItemsRequest write
              ? eachDelete(eachUpdate(write, Mutant::withoutVersion), Mutant::withoutVersion)
              : request),

  MOVES_WITHOUT_TELLING_THE_GIVER(
      request ->
          request instanceof TransactWriteItemsRequest write ? withoutSecondUser(write) : request),

  DELETIONS_UNCOUNTED(
      request ->
          request instanceof TransactWriteItemsRequest write
              ? without(write, Mutant::countsOneLess)
              : request),

  USED_CODES_STAY(
      request ->
          request instanceof TransactWriteItemsRequest write
              ? eachUpdate(write, Mutant::withWhatWaits)
              : request),

  CODES_ARE_NOT_DELETED(
      request ->
          request instanceof TransactWriteItemsRequest write
              ? without(
                  write, item -> item.delete() != null && item.delete().key().containsKey("code"))
              : request),

  EVENTUALLY_CONSISTENT_READS(
      request ->
          request instanceof GetItemRequest get
              ? get.toBuilder().consistentRead(false).build()
              : request);

  private static final String ADDRESS_IS_FREE = "attribute_not_exists(ip)";
  private static final String WAITS = "#pending";
  private static final String VERSION = ":version";
  private static final String AND_VERSION = " AND version = :version";

  @SuppressWarnings("ImmutableEnumChecker") // what they are made of has no state
  private final UnaryOperator<SdkRequest> mistake;

  Mutant(UnaryOperator<SdkRequest> mistake) {
    this.mistake = mistake;
  }

  @Override
  public SdkRequest modifyRequest(Context.ModifyRequest context, ExecutionAttributes attributes) {
    return mistake.apply(context.request());
  }

  private static Put withoutCondition(Put put) {
    return ADDRESS_IS_FREE.equals(put.conditionExpression())
        ? put.toBuilder().conditionExpression(null).build()
        : put;
  }

  private static Update withoutVersion(Update update) {
    return update.conditionExpression().endsWith(AND_VERSION)
        ? update.toBuilder()
            .conditionExpression(update.conditionExpression().replace(AND_VERSION, ""))
            .expressionAttributeValues(withoutVersion(update.expressionAttributeValues()))
            .build()
        : update;
  }

  private static Delete withoutVersion(Delete delete) {
    return delete.conditionExpression() != null
            && delete.conditionExpression().endsWith(AND_VERSION)
        ? delete.toBuilder()
            .conditionExpression(delete.conditionExpression().replace(AND_VERSION, ""))
            .expressionAttributeValues(withoutVersion(delete.expressionAttributeValues()))
            .build()
        : delete;
  }

  /** What the update removes of what waits stays. */
  private static Update withWhatWaits(Update update) {
    String[] parts = update.updateExpression().split(" REMOVE ", -1);
    if (parts.length < 2 || !parts[1].contains(WAITS)) {
      return update;
    }
    String removed =
        Arrays.stream(parts[1].split(", ", -1))
            .filter(column -> !column.startsWith(WAITS))
            .collect(Collectors.joining(", "));
    Map<String, String> names = new HashMap<>(update.expressionAttributeNames());
    names.keySet().removeIf(name -> name.startsWith(WAITS) && !parts[0].contains(name));
    return update.toBuilder()
        .updateExpression(parts[0] + (removed.isEmpty() ? "" : " REMOVE " + removed))
        .expressionAttributeNames(names)
        .build();
  }

  private static boolean countsOneLess(TransactWriteItem item) {
    return item.update() != null
        && AttributeValue.fromN("-1")
            .equals(item.update().expressionAttributeValues().get(":step"));
  }

  private static TransactWriteItemsRequest without(
      TransactWriteItemsRequest write, Predicate<TransactWriteItem> dropped) {
    return write.toBuilder()
        .transactItems(write.transactItems().stream().filter(dropped.negate()).toList())
        .build();
  }

  /** Only a move changes two users. */
  private static TransactWriteItemsRequest withoutSecondUser(TransactWriteItemsRequest write) {
    List<TransactWriteItem> users =
        write.transactItems().stream().filter(Mutant::changesUser).toList();
    return users.size() < 2 ? write : without(write, item -> item.equals(users.getLast()));
  }

  private static boolean changesUser(TransactWriteItem item) {
    return item.update() != null && item.update().expressionAttributeValues().containsKey(VERSION);
  }

  private static Map<String, AttributeValue> withoutVersion(Map<String, AttributeValue> values) {
    Map<String, AttributeValue> rest = new HashMap<>(values);
    rest.remove(VERSION);
    return rest;
  }

  private static TransactWriteItemsRequest eachPut(
      TransactWriteItemsRequest write, UnaryOperator<Put> mistake) {
    List<TransactWriteItem> items =
        write.transactItems().stream()
            .map(
                item ->
                    item.put() == null
                        ? item
                        : item.toBuilder().put(mistake.apply(item.put())).build())
            .toList();
    return write.toBuilder().transactItems(items).build();
  }

  private static TransactWriteItemsRequest eachUpdate(
      TransactWriteItemsRequest write, UnaryOperator<Update> mistake) {
    List<TransactWriteItem> items =
        write.transactItems().stream()
            .map(
                item ->
                    item.update() == null
                        ? item
                        : item.toBuilder().update(mistake.apply(item.update())).build())
            .toList();
    return write.toBuilder().transactItems(items).build();
  }

  private static TransactWriteItemsRequest eachDelete(
      TransactWriteItemsRequest write, UnaryOperator<Delete> mistake) {
    List<TransactWriteItem> items =
        write.transactItems().stream()
            .map(
                item ->
                    item.delete() == null
                        ? item
                        : item.toBuilder().delete(mistake.apply(item.delete())).build())
            .toList();
    return write.toBuilder().transactItems(items).build();
  }
}
