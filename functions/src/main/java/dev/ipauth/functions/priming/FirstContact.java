package dev.ipauth.functions.priming;

import dev.ipauth.functions.register.RegisterTables;
import dev.ipauth.tables.Schemas;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * One read of the real tables, of a row that is never there: what it takes to find the endpoint, to
 * have credentials and to trust a certificate is there afterwards. The connection is not: in a
 * process that wakes from the snapshot, nobody would be at its other end.
 */
public final class FirstContact {
  private static final Logger LOG = LoggerFactory.getLogger(FirstContact.class);
  // No username holds a space.
  private static final String NOBODY = "no body";

  private FirstContact() {}

  /**
   * Makes it. When the tables can't be reached, the first request will pay for it, and that's all.
   *
   * @param once a client that is closed afterwards, and its TLS sessions with it
   */
  public static void make(DynamoDbClient once, RegisterTables tables) {
    try (once) {
      once.getItem(
          get ->
              get.tableName(tables.smtpUsers())
                  .key(Map.of(Schemas.USERNAME, AttributeValue.fromS(NOBODY)))
                  .overrideConfiguration(sent -> sent.putHeader("Connection", "close")));
    } catch (SdkException e) {
      LOG.warn("The tables couldn't be read before the snapshot", e);
    }
  }
}
