package dev.ipauth.relay.queue;

import static java.util.stream.Collectors.toCollection;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.ipauth.tables.QueueDrop;
import dev.ipauth.tables.QueuedMessage;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.DynamoDbException;
import software.amazon.awssdk.services.dynamodb.model.QueryRequest;
import software.amazon.awssdk.services.dynamodb.model.ScanRequest;
import software.amazon.awssdk.services.dynamodb.paginators.QueryIterable;
import software.amazon.awssdk.services.dynamodb.paginators.ScanIterable;

/** What {@code infra/relay.yaml} allows the relay in {@code Queue} is what it does there. */
class QueuePolicyTest {
  private static final Pattern QUEUES =
      Pattern.compile(
          "Action: \\[?(dynamodb:[^\\n\\]]*)]?\\n +Resource: !(?:Ref|Sub) \"?\\$?\\{?QueueArn");

  private final Set<String> asked = new TreeSet<>();

  @Test
  void theRelayMayDoWithItsTableWhatItDoesAndNothingElse() throws IOException {
    var table = new DynamoQueueTable(client(), "Queue", QueueEvents.Watch.NONE);
    QueuedMessage message = Messages.to("a@example.net");
    refused(() -> table.put(message));
    refused(() -> table.move(message, message));
    refused(() -> table.takeBack(message, null, Messages.TAKEN));
    refused(() -> table.remove(message));
    refused(() -> table.read("id"));
    refused(() -> table.setAside(message, "why"));
    refused(() -> table.setAsideDamaged("id", "why"));
    refused(() -> table.drop("id", QueueDrop.By.OPERATOR, Messages.TAKEN));
    refused(() -> table.removeDamaged("id"));
    refused(() -> table.due(0, Instant.EPOCH, Messages.TAKEN, _ -> true, 1));
    refused(() -> table.forEachRow(_ -> {}));

    Set<String> allowed =
        QUEUES
            .matcher(Files.readString(Path.of("../infra/relay.yaml")))
            .results()
            .flatMap(match -> List.of(match.group(1).split(", ")).stream())
            .map(action -> action.substring("dynamodb:".length()))
            .map(action -> Character.toLowerCase(action.charAt(0)) + action.substring(1))
            .collect(toCollection(TreeSet::new));
    assertEquals(asked, allowed);
  }

  private static void refused(Executable question) {
    assertThrows(DynamoDbException.class, question);
  }

  /** Refuses everything, and says what it was asked. */
  private DynamoDbClient client() {
    return (DynamoDbClient)
        Proxy.newProxyInstance(
            getClass().getClassLoader(),
            new Class<?>[] {DynamoDbClient.class},
            (proxy, method, _) ->
                switch (method.getName()) {
                  case "queryPaginator" ->
                      new QueryIterable((DynamoDbClient) proxy, QueryRequest.builder().build());
                  case "scanPaginator" ->
                      new ScanIterable((DynamoDbClient) proxy, ScanRequest.builder().build());
                  default -> {
                    asked.add(method.getName());
                    throw DynamoDbException.builder().message("refused").build();
                  }
                });
  }
}
