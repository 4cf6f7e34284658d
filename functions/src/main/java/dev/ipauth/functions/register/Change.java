package dev.ipauth.functions.register;

import dev.ipauth.functions.caller.Caller;
import dev.ipauth.tables.IpAddress;
import dev.ipauth.tables.IpAuthentication;
import dev.ipauth.tables.Nomination;
import dev.ipauth.tables.Schemas;
import dev.ipauth.tables.SmtpUser;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.Delete;
import software.amazon.awssdk.services.dynamodb.model.Put;
import software.amazon.awssdk.services.dynamodb.model.ReturnValuesOnConditionCheckFailure;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItem;

/**
 * One change of one SMTP user, as the pair of what it was and what it is to be. Claim, move,
 * release, creation and deletion are all such pairs; which rows they touch follows from it.
 *
 * @param before null for a new user
 * @param after null for a user that is to be deleted; else its version is higher than before
 * @param key null unless the client named the request
 * @param frees false leaves the row of the earlier address alone, because it isn't this user's
 */
record Change(
    String what,
    @Nullable SmtpUser before,
    @Nullable SmtpUser after,
    Caller caller,
    Instant at,
    @Nullable IdempotencyKey key,
    boolean frees) {

  /** A row of the transaction, named so that a refusal can say which one it was. */
  record Step(Part part, TransactWriteItem item) {}

  enum Part {
    IDEMPOTENCY_KEY,
    USER,
    FREED_ADDRESS,
    CLAIMED_ADDRESS,
    AUDIT
  }

  static Change creation(SmtpUser user, Caller caller, Instant at, @Nullable IdempotencyKey key) {
    return new Change("created", null, user, caller, at, key, true);
  }

  static Change edit(String what, SmtpUser before, SmtpUser after, Caller caller, Instant at) {
    return new Change(what, before, after, caller, at, null, true);
  }

  static Change deletion(SmtpUser user, Caller caller, Instant at) {
    return new Change("deleted", user, null, caller, at, null, true);
  }

  Change freeingNothing() {
    return new Change(what, before, after, caller, at, key, false);
  }

  /** What the change is to, or was to. */
  SmtpUser user() {
    return after != null ? after : Objects.requireNonNull(before, "a change is of some user");
  }

  /** False when only the version is raised. */
  boolean showsInAudit() {
    return before == null
        || after == null
        || !before.equals(new Draft(after).version(before.version()).user());
  }

  /** In the order in which a refusal counts. */
  List<Step> steps(TableNames tables, AuditLine line) {
    List<Step> steps = new ArrayList<>();
    if (key != null) {
      steps.add(new Step(Part.IDEMPOTENCY_KEY, useKey(tables, key)));
    }
    steps.add(new Step(Part.USER, writeUser(tables)));
    Nomination had = before == null ? null : before.nomination();
    Nomination has = after == null ? null : after.nomination();
    if (frees && had != null && !had.equals(has)) {
      steps.add(new Step(Part.FREED_ADDRESS, free(tables, had.ip())));
    }
    if (has != null && !has.equals(had)) {
      steps.add(new Step(Part.CLAIMED_ADDRESS, claim(tables, has)));
    }
    if (showsInAudit()) {
      steps.add(new Step(Part.AUDIT, line.put(tables)));
    }
    return steps;
  }

  private TransactWriteItem writeUser(TableNames tables) {
    if (before == null) {
      return put(tables.smtpUsers(), userRow(user()), Conditions.USERNAME_IS_FREE, Map.of());
    }
    Map<String, AttributeValue> asRead =
        Map.of(
            ":accountId", AttributeValue.fromS(before.accountId()),
            ":version", AttributeValue.fromN(Long.toString(before.version())));
    return after == null
        ? delete(
            tables.smtpUsers(),
            Map.of(Schemas.USERNAME, AttributeValue.fromS(before.username().text())),
            Conditions.USER_IS_AS_READ,
            asRead)
        : put(tables.smtpUsers(), userRow(after), Conditions.USER_IS_AS_READ, asRead);
  }

  private TransactWriteItem free(TableNames tables, IpAddress ip) {
    return delete(
        tables.ipAuthentications(),
        Map.of(Schemas.IP, AttributeValue.fromS(ip.toString())),
        Conditions.ADDRESS_IS_OURS,
        Map.of(
            ":accountId", AttributeValue.fromS(user().accountId()),
            ":username", AttributeValue.fromS(user().username().text())));
  }

  private TransactWriteItem claim(TableNames tables, Nomination nomination) {
    IpAuthentication row =
        new IpAuthentication(
            nomination.ip(), user().accountId(), user().username(), nomination.since());
    return put(
        tables.ipAuthentications(),
        Schemas.IP_AUTHENTICATIONS.itemToMap(row, true),
        Conditions.ADDRESS_IS_FREE,
        Map.of());
  }

  private TransactWriteItem useKey(TableNames tables, IdempotencyKey used) {
    return put(
        tables.idempotencyKeys(),
        used.row(user().accountId(), user().username(), at),
        Conditions.KEY_IS_UNUSED,
        Map.of(":now", IdempotencyKey.seconds(at)));
  }

  private static Map<String, AttributeValue> userRow(SmtpUser user) {
    return Schemas.SMTP_USERS.itemToMap(user, true);
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
            .returnValuesOnConditionCheckFailure(ReturnValuesOnConditionCheckFailure.ALL_OLD);
    // DynamoDB refuses an empty map of values.
    return TransactWriteItem.builder()
        .put(values.isEmpty() ? put.build() : put.expressionAttributeValues(values).build())
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
                .returnValuesOnConditionCheckFailure(ReturnValuesOnConditionCheckFailure.ALL_OLD)
                .build())
        .build();
  }
}
