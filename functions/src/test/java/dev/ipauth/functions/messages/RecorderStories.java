package dev.ipauth.functions.messages;

import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

/** All that a recorder can do, for tests outside of its package. */
public final class RecorderStories {
  private RecorderStories() {}

  /** Records every story, in its order and against it. */
  public static void recordAll(DynamoDbClient client, MessageTables tables) {
    var retention = new MessageRetention(Duration.ofDays(20_000));
    InstantSource clock = InstantSource.system();
    var recorder =
        new Recorder(
            new MessageWrites(client, tables, retention),
            new LastSeen(client, tables, retention, clock),
            new CountedLines(client, tables),
            retention,
            clock);
    for (List<String> story : Stories.all().values()) {
      List<String> reversed = new ArrayList<>(story);
      Collections.reverse(reversed);
      reversed.forEach(line -> recorder.record(List.of(line)));
    }
  }
}
