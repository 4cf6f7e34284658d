package dev.ipauth.functions;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ipauth.functions.messages.Recorder;
import dev.ipauth.tables.MessageId;
import dev.ipauth.tables.QueueRows;
import dev.ipauth.tables.QueuedMessage;
import dev.ipauth.tables.QueuedMessage.Lease;
import dev.ipauth.tables.QueuedMessage.Progress;
import dev.ipauth.tables.QueuedMessage.Recipient;
import dev.ipauth.tables.QueuedMessage.Sender;
import dev.ipauth.tables.QueuedMessage.Text;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** {@code DELETE /v1/messages/{id}}: what is still queued of a message isn't delivered any more. */
class DropTest {
  private static Platform platform;
  private static int taken;

  private final Instant now = Instant.now().truncatedTo(ChronoUnit.MILLIS);

  @BeforeAll
  static void start() {
    platform = Platform.start();
  }

  @AfterAll
  static void stop() {
    platform.close();
  }

  @Test
  void whatIsQueuedIsMarkedForTheRelayOnceAndAgain() throws IOException, InterruptedException {
    String id = taken();
    queue(id, null);

    assertEquals(204, drop("acme", id).statusCode());
    Map<String, AttributeValue> row = row(id);
    assertEquals(AttributeValue.fromS("account"), row.get(QueueRows.DROPPED_BY));
    assertNotEquals(AttributeValue.fromN("1"), row.get(QueueRows.VERSION));

    // The answer may have been lost.
    assertEquals(204, drop("acme", id).statusCode());
    assertEquals(row, row(id));
  }

  @Test
  void whatIsUnderWayMayBeDroppedInAMoment() throws IOException, InterruptedException {
    String id = taken();
    queue(id, new Lease("relay-1", Instant.now().plusSeconds(600)));

    HttpResponse<String> answer = drop("acme", id);

    assertEquals(409, answer.statusCode(), answer.body());
    assertTrue(answer.body().contains("/problems/under-way"), answer.body());
    assertTrue(answer.headers().firstValue("Retry-After").isPresent());
    assertNull(row(id).get(QueueRows.DROPPED_BY));
  }

  @Test
  void aLeaseThatRanOutIsNobodys() throws IOException, InterruptedException {
    String id = taken();
    queue(id, new Lease("relay-1", now.minusSeconds(1)));

    assertEquals(204, drop("acme", id).statusCode());
  }

  @Test
  void whatIsKnownAndNotQueuedIsAConflict() throws IOException, InterruptedException {
    HttpResponse<String> answer = drop("acme", taken());

    assertEquals(409, answer.statusCode(), answer.body());
    assertTrue(answer.body().contains("/problems/not-queued"), answer.body());
  }

  /** Byte for byte as what nobody has; and whose it is may still have it delivered. */
  @Test
  void anotherAccountsIsNone() throws IOException, InterruptedException {
    String id = taken();
    queue(id, null);

    HttpResponse<String> theirs = drop("other", id);
    HttpResponse<String> nobodys = drop("other", MessageId.begunAt(now.toEpochMilli(), 1_000_000));

    assertEquals(404, theirs.statusCode());
    assertEquals(nobodys.body(), theirs.body());
    assertNull(row(id).get(QueueRows.DROPPED_BY));
  }

  /** Its device heard 4xx, and has the message still. */
  @Test
  void whatTheRelayTookBackIsNotQueued() throws IOException, InterruptedException {
    String id = taken();
    put(QueueRows.writeTakenBack(queued(id, null), now.plusSeconds(60)));

    HttpResponse<String> answer = drop("acme", id);

    assertEquals(409, answer.statusCode(), answer.body());
    assertTrue(answer.body().contains("/problems/not-queued"), answer.body());
  }

  private static HttpResponse<String> drop(String account, String id)
      throws IOException, InterruptedException {
    return platform.send(account, "DELETE", "/v1/messages/" + id, "");
  }

  /** A message of acme's that the relay took, and left a line of. */
  private String taken() {
    String id = MessageId.begunAt(now.toEpochMilli(), ++taken);
    String line =
        """
        {"event":"message","at":"%1$s","line":"1k2j3h-%2$s","id":"%3$s","smtpUser":"scanner-2f",\
        "accountId":"acme","ip":"198.51.100.7","recipients":["a@example.org"],"bytes":7,\
        "outcome":"queued","reply":"250 2.0.0 Queued as %3$s"}"""
            .formatted(now, taken, id);
    assertEquals(1, platform.context().getBean(Recorder.class).record(List.of(line)));
    return id;
  }

  private void queue(String id, @Nullable Lease lease) {
    put(QueueRows.write(queued(id, lease)));
  }

  private QueuedMessage queued(String id, @Nullable Lease lease) {
    var to = new Recipient("a@example.org", null, null, Recipient.State.WAITING, null);
    return new QueuedMessage(
        id,
        "acme",
        "scanner-2f",
        new Sender("scans@example.com", false, false, null, null),
        List.of(to),
        new Text(7, 0),
        null,
        now,
        new Progress(1, now.plusSeconds(60), lease, "451 4.3.0 later", false),
        1,
        QueuedMessage.Mark.NONE);
  }

  private static void put(Map<String, AttributeValue> row) {
    Platform.tables().putItem(put -> put.tableName(platform.table("queue-table")).item(row));
  }

  private static Map<String, AttributeValue> row(String id) {
    return Platform.tables()
        .getItem(
            get ->
                get.tableName(platform.table("queue-table"))
                    .key(Map.of(QueueRows.ID, AttributeValue.fromS(id))))
        .item();
  }
}
