package dev.ipauth.embedded;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.ipauth.dynamodb.DynamoDbLocal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/**
 * The embedded tables and DynamoDB Local are asked the same, at random, and have to say the same.
 * The build asks the same each time; {@code -Ddifferential.seconds=600 -Ddifferential.seed=…} asks
 * something else, for longer.
 */
class DifferentialTest {
  private static final int SEED = 20261127;
  private static final int TABLES = 4;
  private static final int REQUESTS_OF_A_TABLE = 150;
  private static final int MOST_SHOWN = 40;

  @Test
  void theyNeverDiffer() {
    long seed = Long.getLong("differential.seed", SEED);
    Long seconds = Long.getLong("differential.seconds");
    long end = System.nanoTime() + Duration.ofSeconds(seconds == null ? 0 : seconds).toNanos();
    List<String> differences = new ArrayList<>();
    Map<String, Integer> kinds = new TreeMap<>();
    long asked = 0;
    long tables = 0;
    try (DynamoDbLocal local = DynamoDbLocal.inMemory();
        EmbeddedTables embedded = EmbeddedTables.inMemory()) {
      while ((seconds == null ? tables < TABLES : System.nanoTime() < end)
          && differences.size() < MOST_SHOWN) {
        var requests = new RandomRequests(new Dice(seed + tables), "table-" + tables);
        requests.shape().createTable(local.client());
        requests.shape().createTable(embedded.client());
        // Behind a difference the rows differ, too.
        boolean agree = true;
        for (int i = 0; i < REQUESTS_OF_A_TABLE && agree; i++, asked++) {
          RandomRequests.Request request = requests.next();
          Outcome here = Outcome.of(() -> request.send().apply(embedded.client()));
          Outcome there = Outcome.of(() -> request.send().apply(local.client()));
          kinds.merge(here.kind(), 1, Integer::sum);
          agree = here.agreesWith(there);
          if (!agree) {
            differences.add(
                "seed %s, request %s: %s%n  embedded: %s%n  Local:    %s"
                    .formatted(seed + tables, i, request, here, there));
          }
        }
        requests.shape().deleteTable(local.client());
        tables++;
      }
    }
    System.out.printf(
        "Differential, seed %s: %s requests to %s tables, %s, %s differences%n",
        seed, asked, tables, kinds, differences.size());
    assertEquals("", String.join("\n", differences), "seed " + seed);
  }
}
