package dev.ipauth.functions.messages;

import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ipauth.tables.MessageId;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Clock;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.ProvisionedThroughputExceededException;
import software.amazon.awssdk.services.dynamodb.model.PutItemRequest;

/** An account that sends more than DynamoDB writes for it delays what is told of its mail alone. */
class RecorderByAccountTest {
  private static final int OF_BUSY = 400;
  private static final int OF_OTHER = 20;
  private static final int THREADS = 16;
  private static final LocalDate TODAY = LocalDate.ofInstant(Tables.NOW, ZoneOffset.UTC);

  private final Tables tables = new Tables();
  private final AtomicBoolean throttles = new AtomicBoolean(true);
  private final AtomicInteger refusedBefore = new AtomicInteger();
  private final AtomicInteger othersPut = new AtomicInteger();
  private final Recorder recorder =
      Tables.recorder(
          throttling(),
          new MessageRetention(Duration.ofDays(30)),
          Clock.fixed(Tables.NOW, ZoneOffset.UTC));

  @AfterEach
  void close() {
    tables.close();
  }

  @Test
  void anotherAccountsMailIsToldOf() {
    List<String> batch = new ArrayList<>();
    for (int i = 0; i < OF_BUSY + OF_OTHER; i++) {
      // The other account's are the last.
      batch.add(line(i, i < OF_BUSY ? "busy" : "other"));
    }

    assertThrows(ProvisionedThroughputExceededException.class, () -> recorder.record(batch));

    assertEquals(OF_OTHER, kept("other"));
    assertEquals(1, tables.client.scan(s -> s.tableName("LastSeen")).items().size());
    assertEquals(OF_OTHER, counted("other"));
    assertEquals(OF_BUSY, counted("busy"));
    assertTrue(
        refusedBefore.get() <= THREADS,
        () -> refusedBefore + " refused writes were waited for before the other account's");

    throttles.set(false);
    recorder.record(batch);
    assertEquals(OF_BUSY, counted("busy"));
    assertEquals(2, tables.client.scan(s -> s.tableName("LastSeen")).items().size());
  }

  private int kept(String account) {
    var all = new MessageLog.Filter(null, Set.of(), null, null);
    return tables.log.page(account, all, null, 100).messages().size();
  }

  private long counted(String account) {
    Counts counts = tables.usage.days(account, null, TODAY, TODAY).get(TODAY);
    return counts == null ? 0 : counts.messages();
  }

  private static String line(int number, String account) {
    String id = MessageId.begunAt(Tables.NOW.minusSeconds(60).toEpochMilli(), number);
    return """
        {"event":"message","at":"%s","line":"%s-0","id":"%s","smtpUser":"%s","accountId":"%s",\
        "ip":"198.51.100.7","recipients":["a@x.example"],"bytes":7,"outcome":"delivered","reply":"250 OK"}"""
        .formatted(Tables.NOW, id, id, "scanner", account);
  }

  /** Takes nothing into the message rows of one account, as where its partition is hot. */
  private DynamoDbClient throttling() {
    return (DynamoDbClient)
        Proxy.newProxyInstance(
            DynamoDbClient.class.getClassLoader(),
            new Class<?>[] {DynamoDbClient.class},
            (proxy, method, arguments) -> {
              if (arguments[0] instanceof PutItemRequest put
                  && put.tableName().equals("Messages")) {
                refuseBusy(put);
              }
              try {
                return arguments[0] instanceof Consumer
                    ? InvocationHandler.invokeDefault(proxy, method, arguments)
                    : method.invoke(tables.client, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }

  private void refuseBusy(PutItemRequest put) {
    boolean isBusys = requireNonNull(put.item().get("accountShard")).s().endsWith(" busy");
    if (!isBusys) {
      othersPut.incrementAndGet();
    } else if (throttles.get()) {
      if (othersPut.get() < OF_OTHER) {
        refusedBefore.incrementAndGet();
      }
      throw ProvisionedThroughputExceededException.builder().message("Slow down").build();
    }
  }
}
