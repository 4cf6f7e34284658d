package dev.ipauth.relay.queue;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.ipauth.tables.QueueRows;
import dev.ipauth.tables.QueuedMessage;
import java.lang.reflect.Proxy;
import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;
import software.amazon.awssdk.services.dynamodb.model.GetItemResponse;

class DynamoQueueTableTest {

  /**
   * A removal whose answer was lost: the SDK tries again and meets its own success, or gives up.
   *
   * @param isLeased by whoever removes it
   * @param answer to the removal
   * @param isThere whether the row still is
   */
  @ParameterizedTest
  @CsvSource({
    "true,  refused, false, true",
    "true,  lost,    false, true",
    "true,  refused, true,  false",
    "true,  lost,    true,  unknown",
    "false, refused, false, false",
    "false, lost,    false, unknown"
  })
  void whatIsLeasedAndGoneWasRemovedByItsHolder(
      boolean isLeased, String answer, boolean isThere, String heard) {
    QueuedMessage message = Messages.to("a@example.net");
    QueuedMessage read =
        isLeased
            ? message.moved(
                message.progress().leased(LeaseWatch.lease(Messages.TAKEN, Duration.ofMinutes(15))))
            : message;
    var table = new DynamoQueueTable(client(answer, isThere, read), "Queue");

    assertEquals(heard, removed(table, read));
  }

  private static String removed(QueueTable table, QueuedMessage read) {
    try {
      return Boolean.toString(table.remove(read));
    } catch (SdkException _) {
      return "unknown";
    }
  }

  private static DynamoDbClient client(String answer, boolean isThere, QueuedMessage row) {
    return (DynamoDbClient)
        Proxy.newProxyInstance(
            DynamoQueueTableTest.class.getClassLoader(),
            new Class<?>[] {DynamoDbClient.class},
            (_, method, _) -> {
              if (method.getName().equals("getItem")) {
                var found = GetItemResponse.builder();
                return isThere ? found.item(QueueRows.write(row)).build() : found.build();
              }
              throw answer.equals("lost")
                  ? SdkClientException.create("The answer is lost")
                  : ConditionalCheckFailedException.builder().build();
            });
  }
}
