package dev.ipauth.functions.auditor;

import static software.amazon.awssdk.services.dynamodb.model.AttributeValue.fromS;

import dev.ipauth.tables.Schemas;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.Get;
import software.amazon.awssdk.services.dynamodb.model.ItemResponse;
import software.amazon.awssdk.services.dynamodb.model.TransactGetItem;

/**
 * The rows of both tables, as far as they tell whose an address is. They are read as they are: a
 * row that lacks something is what an audit is for.
 */
final class Rows {
  private static final String OWNER = "ip, accountId, username";
  private static final String COUNT = "accountId, smtpUsers, changes";

  private final DynamoDbClient dynamoDb;
  private final String usersTable;
  private final String addressesTable;
  private final String accountsTable;

  Rows(DynamoDbClient dynamoDb, String usersTable, String addressesTable, String accountsTable) {
    this.dynamoDb = dynamoDb;
    this.usersTable = usersTable;
    this.addressesTable = addressesTable;
    this.accountsTable = accountsTable;
  }

  /** To whom each address belongs, as the address's row says. */
  Map<String, Owner> owners() {
    Map<String, Owner> owners = new HashMap<>();
    scan(addressesTable, OWNER).forEach(row -> owners.put(text(row, Schemas.IP), owner(row)));
    return owners;
  }

  /**
   * What the users' rows say.
   *
   * @param shown which address each user shows, if any
   * @param ofAccount how many each account has
   */
  record Users(Map<Owner, String> shown, Map<String, Long> ofAccount) {}

  Users users() {
    Map<Owner, String> shown = new HashMap<>();
    Map<String, Long> ofAccount = new HashMap<>();
    scan(usersTable, OWNER)
        .forEach(
            row -> {
              ofAccount.merge(text(row, Schemas.ACCOUNT_ID), 1L, Long::sum);
              if (row.containsKey(Schemas.IP)) {
                shown.put(owner(row), text(row, Schemas.IP));
              }
            });
    return new Users(shown, ofAccount);
  }

  /**
   * What an account's row says.
   *
   * @param users how many it has
   * @param changes how many were made and deleted since they are counted
   */
  record Count(long users, long changes) {}

  Map<String, Count> counts() {
    Map<String, Count> counts = new HashMap<>();
    scan(accountsTable, COUNT)
        .forEach(
            row ->
                counts.put(
                    text(row, Schemas.ACCOUNT_ID),
                    new Count(number(row, "smtpUsers"), number(row, "changes"))));
    return counts;
  }

  private Stream<Map<String, AttributeValue>> scan(String table, String columns) {
    return dynamoDb
        .scanPaginator(
            scan -> scan.tableName(table).consistentRead(true).projectionExpression(columns))
        .items()
        .stream();
  }

  /**
   * An address and some users at one instant.
   *
   * @param owner whom the address's row names; null when there is no row
   * @param shownBy those of the users who show the address
   */
  record Instant(@Nullable Owner owner, List<Owner> shownBy) {}

  /**
   * Reads them in one transaction.
   *
   * @throws software.amazon.awssdk.services.dynamodb.model.TransactionCanceledException when a
   *     change of one of them is under way
   */
  Instant atOneInstant(String ip, Collection<String> usernames) {
    List<TransactGetItem> gets = new ArrayList<>();
    gets.add(get(addressesTable, Schemas.IP, ip));
    usernames.forEach(username -> gets.add(get(usersTable, Schemas.USERNAME, username)));
    List<ItemResponse> rows =
        dynamoDb.transactGetItems(request -> request.transactItems(gets)).responses();
    List<Owner> shownBy =
        rows.stream()
            .skip(1)
            .filter(user -> user.hasItem() && ip.equals(text(user.item(), Schemas.IP)))
            .map(user -> owner(user.item()))
            .sorted()
            .toList();
    ItemResponse address = rows.getFirst();
    return new Instant(address.hasItem() ? owner(address.item()) : null, shownBy);
  }

  private static TransactGetItem get(String table, String key, String value) {
    return TransactGetItem.builder()
        .get(Get.builder().tableName(table).key(Map.of(key, fromS(value))).build())
        .build();
  }

  private static Owner owner(Map<String, AttributeValue> row) {
    return new Owner(text(row, Schemas.ACCOUNT_ID), text(row, Schemas.USERNAME));
  }

  private static long number(Map<String, AttributeValue> row, String name) {
    AttributeValue value = row.get(name);
    return value == null || value.n() == null ? 0 : Long.parseLong(value.n());
  }

  private static String text(Map<String, AttributeValue> row, String name) {
    AttributeValue value = row.get(name);
    return value == null || value.s() == null ? "" : value.s();
  }
}
