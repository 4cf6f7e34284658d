package dev.ipauth.dynamodb;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

class DynamoDbLocalTest {
  private static final Map<String, AttributeValue> KEY =
      Map.of("ip", AttributeValue.fromS("198.51.100.7"));

  @Test
  void makesEveryTableOfTheTemplate() {
    try (var dynamoDb = DynamoDbLocal.inMemory();
        DynamoDbClient client = dynamoDb.client()) {
      dynamoDb.createTables("test-");
      List<String> names = client.listTables().tableNames();
      assertTrue(
          names.containsAll(List.of("test-IpAuthentications", "test-SmtpUsers")), names.toString());
      dynamoDb.createTables("test-");
      assertEquals(names, client.listTables().tableNames());
    }
  }

  @Test
  void keepsRowsInItsFolder(@TempDir Path folder) {
    try (var dynamoDb = DynamoDbLocal.start(folder, 0)) {
      dynamoDb.createTables("");
      putInto(dynamoDb);
    }
    try (var dynamoDb = DynamoDbLocal.start(folder, 0)) {
      dynamoDb.createTables("");
      assertTrue(isIn(dynamoDb));
    }
  }

  @Test
  void twoInMemoryHaveTablesOfTheirOwn() {
    try (var one = DynamoDbLocal.inMemory();
        var other = DynamoDbLocal.inMemory()) {
      one.createTables("");
      other.createTables("");
      putInto(one);
      assertTrue(isIn(one));
      assertFalse(isIn(other));
    }
  }

  @Test
  void listensOnTheLoopbackAddressOnly() throws IOException {
    try (var dynamoDb = DynamoDbLocal.inMemory()) {
      assertEquals("127.0.0.1", dynamoDb.endpoint().getHost());
      // 127.0.0.2 is this machine too: it answers there when the server listens on every interface.
      try (var socket = new Socket()) {
        var elsewhere = new InetSocketAddress("127.0.0.2", dynamoDb.endpoint().getPort());
        assertThrows(IOException.class, () -> socket.connect(elsewhere, 1000));
      }
    }
  }

  @Test
  void saysWhichPortIsTaken() {
    try (var dynamoDb = DynamoDbLocal.inMemory()) {
      int taken = dynamoDb.endpoint().getPort();
      var refused =
          assertThrows(IllegalStateException.class, () -> DynamoDbLocal.start(null, taken));
      assertTrue(String.valueOf(refused.getMessage()).contains("port " + taken));
    }
  }

  private static void putInto(DynamoDbLocal dynamoDb) {
    try (DynamoDbClient client = dynamoDb.client()) {
      client.putItem(put -> put.tableName("IpAuthentications").item(KEY));
    }
  }

  private static boolean isIn(DynamoDbLocal dynamoDb) {
    try (DynamoDbClient client = dynamoDb.client()) {
      return client.getItem(get -> get.tableName("IpAuthentications").key(KEY)).hasItem();
    }
  }
}
