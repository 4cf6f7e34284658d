package dev.ipauth.relay.access;

import dev.ipauth.tables.IpAddress;
import dev.ipauth.tables.IpAuthentication;
import dev.ipauth.tables.Schemas;
import dev.ipauth.tables.SmtpUser;
import dev.ipauth.tables.Username;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.enhanced.dynamodb.DynamoDbEnhancedClient;
import software.amazon.awssdk.enhanced.dynamodb.DynamoDbTable;
import software.amazon.awssdk.enhanced.dynamodb.Key;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.DynamoDbClientBuilder;

/** The tables in DynamoDB, by {@code GetItem} with {@code ConsistentRead}. */
public final class DynamoTables implements Tables {
  // A call ends while a device still waits for its 451, and one lost packet costs one attempt.
  private static final Duration ATTEMPT = Duration.ofMillis(900);
  private static final Duration CALL = Duration.ofSeconds(2);
  private static final int ATTEMPTS = 3;

  // No username and no address looks like this, so the probe finds nothing.
  private static final String NO_KEY = "-";

  private final DynamoDbTable<IpAuthentication> ipAuthentications;
  private final DynamoDbTable<SmtpUser> smtpUsers;

  /**
   * @param client stays the caller's to close
   */
  public DynamoTables(DynamoDbClient client, String smtpUsers, String ipAuthentications) {
    var enhanced = DynamoDbEnhancedClient.builder().dynamoDbClient(client).extensions().build();
    this.smtpUsers = enhanced.table(smtpUsers, Schemas.SMTP_USERS);
    this.ipAuthentications = enhanced.table(ipAuthentications, Schemas.IP_AUTHENTICATIONS);
  }

  /**
   * A client for lookups; region, credentials and endpoint as the AWS SDK reads them.
   *
   * @param connections kept open at most
   */
  public static DynamoDbClientBuilder clientForLookups(int connections) {
    // HttpURLConnection keeps 5 idle connections, and would shake hands anew for every further one.
    System.setProperty("http.maxConnections", Integer.toString(connections));
    return DynamoDbClient.builder()
        .httpClientBuilder(
            UrlConnectionHttpClient.builder().connectionTimeout(ATTEMPT).socketTimeout(ATTEMPT))
        .overrideConfiguration(
            o ->
                o.apiCallAttemptTimeout(ATTEMPT)
                    .apiCallTimeout(CALL)
                    .retryStrategy(r -> r.maxAttempts(ATTEMPTS)));
  }

  @Override
  public Optional<IpAuthentication> ipAuthentication(IpAddress ip) {
    return Optional.ofNullable(read(ipAuthentications, ip.toString()));
  }

  @Override
  public Optional<SmtpUser> smtpUser(Username username) {
    return Optional.ofNullable(read(smtpUsers, username.text()));
  }

  @Override
  public void probe() {
    var _ = read(smtpUsers, NO_KEY);
    var _ = read(ipAuthentications, NO_KEY);
  }

  private static <T> @Nullable T read(DynamoDbTable<T> table, String key) {
    var partition = Key.builder().partitionValue(key).build();
    return table.getItem(request -> request.key(partition).consistentRead(true));
  }
}
