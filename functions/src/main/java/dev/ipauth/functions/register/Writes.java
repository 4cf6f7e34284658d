package dev.ipauth.functions.register;

import static java.util.stream.Collectors.joining;
import static software.amazon.awssdk.services.dynamodb.model.AttributeValue.fromN;
import static software.amazon.awssdk.services.dynamodb.model.AttributeValue.fromS;

import dev.ipauth.tables.IpAddress;
import dev.ipauth.tables.IpAuthentication;
import dev.ipauth.tables.Nomination;
import dev.ipauth.tables.PendingNomination;
import dev.ipauth.tables.Schemas;
import dev.ipauth.tables.SmtpUser;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.Delete;
import software.amazon.awssdk.services.dynamodb.model.Put;
import software.amazon.awssdk.services.dynamodb.model.ReturnValuesOnConditionCheckFailure;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItem;
import software.amazon.awssdk.services.dynamodb.model.Update;

/** Each row that a transaction may write, with the condition that it rests on. */
@Singleton
final class Writes {
  private static final ReturnValuesOnConditionCheckFailure WHAT_IS_THERE =
      ReturnValuesOnConditionCheckFailure.ALL_OLD;

  private final RegisterTables tables;
  private final RegisterSettings settings;

  Writes(RegisterTables tables, RegisterSettings settings) {
    this.tables = tables;
    this.settings = settings;
  }

  TransactWriteItem newUser(SmtpUser user) {
    return put(
        tables.smtpUsers(),
        Schemas.SMTP_USERS.itemToMap(user, true),
        Conditions.USERNAME_IS_FREE,
        Map.of());
  }

  TransactWriteItem deletedUser(SmtpUser user) {
    return delete(tables.smtpUsers(), userKey(user), Conditions.USER_IS_AS_READ, asRead(user));
  }

  /**
   * Writes what differs and nothing else: a column that a newer version of this program has added
   * stays as it is.
   */
  TransactWriteItem changedUser(SmtpUser before, SmtpUser after) {
    Map<String, AttributeValue> was = Schemas.SMTP_USERS.itemToMap(before, true);
    Map<String, AttributeValue> is = Schemas.SMTP_USERS.itemToMap(after, true);
    List<String> set =
        is.keySet().stream().filter(c -> !Objects.equals(is.get(c), was.get(c))).toList();
    List<String> removed = was.keySet().stream().filter(c -> !is.containsKey(c)).toList();
    Map<String, AttributeValue> values = new HashMap<>(asRead(before));
    set.forEach(column -> values.put(":new_" + column, is.get(column)));
    // Behind #, because some columns' names are DynamoDB's own words.
    Map<String, String> names = new HashMap<>();
    set.forEach(column -> names.put("#" + column, column));
    removed.forEach(column -> names.put("#" + column, column));
    String expression =
        set.stream().map(c -> "#%s = :new_%s".formatted(c, c)).collect(joining(", ", "SET ", ""));
    if (!removed.isEmpty()) {
      expression += removed.stream().map(c -> "#" + c).collect(joining(", ", " REMOVE ", ""));
    }
    return update(
        Update.builder()
            .tableName(tables.smtpUsers())
            .key(userKey(before))
            .updateExpression(expression)
            .expressionAttributeNames(names)
            .conditionExpression(Conditions.USER_IS_AS_READ)
            .expressionAttributeValues(values));
  }

  TransactWriteItem claimedAddress(SmtpUser user, Nomination nomination) {
    return put(
        tables.ipAuthentications(),
        addressRow(user, nomination),
        Conditions.ADDRESS_IS_FREE,
        Map.of());
  }

  TransactWriteItem movedAddress(Nomination nomination, SmtpUser from, SmtpUser to) {
    return put(
        tables.ipAuthentications(),
        addressRow(to, nomination),
        Conditions.ADDRESS_IS_THE_GIVERS,
        whose(from));
  }

  TransactWriteItem freedAddress(SmtpUser user, IpAddress ip) {
    return delete(
        tables.ipAuthentications(),
        Map.of(Schemas.IP, fromS(ip.toString())),
        Conditions.ADDRESS_IS_OURS,
        whose(user));
  }

  TransactWriteItem usedKey(IdempotencyKey key, SmtpUser user, Instant at) {
    return put(
        tables.idempotencyKeys(),
        key.row(user, at),
        Conditions.KEY_IS_UNUSED,
        Map.of(":now", IdempotencyKey.seconds(at)));
  }

  /** Under no condition: the user's row, written along, says whether the code counts. */
  TransactWriteItem keptCode(SmtpUser user, PendingNomination pending) {
    return TransactWriteItem.builder()
        .put(
            Put.builder()
                .tableName(tables.proofCodes())
                .item(ProofCodes.row(user, pending))
                .build())
        .build();
  }

  TransactWriteItem droppedCode(PendingNomination pending) {
    return TransactWriteItem.builder()
        .delete(
            Delete.builder()
                .tableName(tables.proofCodes())
                .key(ProofCodes.key(pending.code()))
                .build())
        .build();
  }

  TransactWriteItem auditLine(AuditLine line) {
    return TransactWriteItem.builder()
        .put(Put.builder().tableName(tables.audit()).item(line.row()).build())
        .build();
  }

  TransactWriteItem countOneMore(String accountId) {
    return count(
        accountId,
        Conditions.ACCOUNT_HAS_ROOM,
        Map.of(":step", fromN("1"), ":max", fromN(Integer.toString(settings.maxSmtpUsers()))));
  }

  TransactWriteItem countOneLess(String accountId) {
    return count(accountId, Conditions.ACCOUNT_IS_COUNTED, Map.of(":step", fromN("-1")));
  }

  private TransactWriteItem count(
      String accountId, String condition, Map<String, AttributeValue> values) {
    Map<String, AttributeValue> all = new HashMap<>(values);
    all.put(":one", fromN("1"));
    return update(
        Update.builder()
            .tableName(tables.accounts())
            .key(Map.of(Schemas.ACCOUNT_ID, fromS(accountId)))
            .updateExpression("ADD smtpUsers :step, changes :one")
            .conditionExpression(condition)
            .expressionAttributeValues(all));
  }

  private static Map<String, AttributeValue> userKey(SmtpUser user) {
    return Map.of(Schemas.USERNAME, fromS(user.username().text()));
  }

  private static Map<String, AttributeValue> asRead(SmtpUser user) {
    return Map.of(
        ":accountId", fromS(user.accountId()), ":version", fromN(Long.toString(user.version())));
  }

  private static Map<String, AttributeValue> whose(SmtpUser user) {
    return Map.of(
        ":accountId", fromS(user.accountId()), ":username", fromS(user.username().text()));
  }

  private static Map<String, AttributeValue> addressRow(SmtpUser user, Nomination nomination) {
    return Schemas.IP_AUTHENTICATIONS.itemToMap(
        new IpAuthentication(
            nomination.ip(), user.accountId(), user.username(), nomination.since()),
        true);
  }

  private static TransactWriteItem put(
      String table,
      Map<String, AttributeValue> row,
      String condition,
      Map<String, AttributeValue> values) {
    Put.Builder put =
        Put.builder()
            .tableName(table)
            .item(row)
            .conditionExpression(condition)
            .returnValuesOnConditionCheckFailure(WHAT_IS_THERE);
    // DynamoDB refuses an empty map of values.
    return TransactWriteItem.builder()
        .put(values.isEmpty() ? put.build() : put.expressionAttributeValues(values).build())
        .build();
  }

  private static TransactWriteItem update(Update.Builder update) {
    return TransactWriteItem.builder()
        .update(update.returnValuesOnConditionCheckFailure(WHAT_IS_THERE).build())
        .build();
  }

  private static TransactWriteItem delete(
      String table,
      Map<String, AttributeValue> key,
      String condition,
      Map<String, AttributeValue> values) {
    return TransactWriteItem.builder()
        .delete(
            Delete.builder()
                .tableName(table)
                .key(key)
                .conditionExpression(condition)
                .expressionAttributeValues(values)
                .returnValuesOnConditionCheckFailure(WHAT_IS_THERE)
                .build())
        .build();
  }
}
