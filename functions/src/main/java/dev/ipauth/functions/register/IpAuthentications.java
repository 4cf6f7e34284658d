package dev.ipauth.functions.register;

import dev.ipauth.tables.IpAddress;
import dev.ipauth.tables.IpAuthentication;
import dev.ipauth.tables.Schemas;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * The nominated addresses, as one account sees them. They are changed through {@link SmtpUsers}.
 */
@Singleton
public final class IpAuthentications {
  private final DynamoDbClient dynamoDb;
  private final RegisterTables tables;

  IpAuthentications(DynamoDbClient dynamoDb, RegisterTables tables) {
    this.dynamoDb = dynamoDb;
    this.tables = tables;
  }

  /** Null when nobody nominates it, or a user of another account does. */
  public @Nullable IpAuthentication find(String accountId, IpAddress ip) {
    IpAuthentication found = read(dynamoDb, tables, ip);
    return found != null && found.accountId().equals(accountId) ? found : null;
  }

  /** Whosever it is; null when it is nobody's. */
  static @Nullable IpAuthentication read(
      DynamoDbClient dynamoDb, RegisterTables tables, IpAddress ip) {
    Map<String, AttributeValue> row =
        dynamoDb
            .getItem(
                get ->
                    get.tableName(tables.ipAuthentications())
                        .key(Map.of(Schemas.IP, AttributeValue.fromS(ip.toString())))
                        .consistentRead(true))
            .item();
    return row.isEmpty() ? null : Schemas.IP_AUTHENTICATIONS.mapToItem(row);
  }

  /**
   * The account's addresses, in the order of their text. What changed within the last moment may
   * not show yet: an index lags.
   *
   * @param after the address that the page begins behind; null for the first page
   */
  public List<IpAuthentication> list(String accountId, @Nullable String after, int limit) {
    return new Listing(tables.ipAuthentications(), Schemas.IP, accountId, "")
        .page(dynamoDb, after, limit)
        .map(Schemas.IP_AUTHENTICATIONS::mapToItem)
        .toList();
  }
}
