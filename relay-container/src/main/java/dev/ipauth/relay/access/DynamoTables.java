package dev.ipauth.relay.access;

import dev.ipauth.tables.IpAddress;
import dev.ipauth.tables.IpAuthentication;
import dev.ipauth.tables.Schemas;
import dev.ipauth.tables.SmtpUser;
import dev.ipauth.tables.Username;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
import software.amazon.awssdk.enhanced.dynamodb.TableSchema;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.DynamoDbClientBuilder;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * The tables in DynamoDB, by {@code GetItem} and {@code BatchGetItem} with {@code ConsistentRead}.
 */
public final class DynamoTables implements Tables {
  // A call ends while a device still waits for its 451, and one lost packet costs one attempt.
  private static final Duration ATTEMPT = Duration.ofMillis(900);
  private static final Duration CALL = Duration.ofSeconds(2);
  private static final int ATTEMPTS = 3;
  private static final int TABLES = 2;

  /** Connections for the queue's table, whose writes this client makes as well. */
  private static final int OF_THE_QUEUE = 32;

  // No username and no address looks like this, so the probe finds nothing.
  private static final String NO_KEY = "-";

  private final GatheredReads<Map<String, AttributeValue>> ipAuthentications;
  private final GatheredReads<Map<String, AttributeValue>> smtpUsers;

  /**
   * What is read, and how much at once.
   *
   * @param callsAtOnce to each table
   * @param timeout how long a read waits for its turn
   */
  public record Settings(
      String smtpUsers, String ipAuthentications, int callsAtOnce, Duration timeout) {}

  /**
   * @param client stays the caller's to close
   */
  public DynamoTables(DynamoDbClient client, Settings settings) {
    var bounds = new GatheredReads.Bounds(settings.callsAtOnce(), settings.timeout());
    smtpUsers = gathered(new DynamoTable(client, settings.smtpUsers(), Schemas.USERNAME), bounds);
    ipAuthentications =
        gathered(new DynamoTable(client, settings.ipAuthentications(), Schemas.IP), bounds);
  }

  private static GatheredReads<Map<String, AttributeValue>> gathered(
      DynamoTable table, GatheredReads.Bounds bounds) {
    Executor threads = Thread::startVirtualThread;
    return new GatheredReads<>(table, bounds, LookupClock.system(threads), threads);
  }

  /** A client for them; region, credentials and endpoint as the AWS SDK reads them. */
  public static DynamoDbClientBuilder client(Settings settings) {
    return client(settings, ATTEMPT, CALL);
  }

  static DynamoDbClientBuilder client(Settings settings, Duration attempt, Duration call) {
    // HttpURLConnection keeps 5 idle connections, and would shake hands anew for every further one.
    int kept = TABLES * settings.callsAtOnce() + OF_THE_QUEUE;
    System.setProperty("http.maxConnections", Integer.toString(kept));
    return DynamoDbClient.builder()
        .httpClientBuilder(
            UrlConnectionHttpClient.builder().connectionTimeout(attempt).socketTimeout(attempt))
        .overrideConfiguration(
            o ->
                o.apiCallAttemptTimeout(attempt)
                    .apiCallTimeout(call)
                    .retryStrategy(r -> r.maxAttempts(ATTEMPTS)));
  }

  @Override
  public Optional<IpAuthentication> ipAuthentication(IpAddress ip) {
    return row(ipAuthentications, ip.toString(), Schemas.IP_AUTHENTICATIONS);
  }

  @Override
  public Optional<SmtpUser> smtpUser(Username username) {
    return row(smtpUsers, username.text(), Schemas.SMTP_USERS);
  }

  @Override
  public void probe() {
    var _ = smtpUsers.read(NO_KEY).join();
    var _ = ipAuthentications.read(NO_KEY).join();
  }

  private static <T> Optional<T> row(
      GatheredReads<Map<String, AttributeValue>> table, String key, TableSchema<T> schema) {
    return table.read(key).join().map(schema::mapToItem);
  }
}
