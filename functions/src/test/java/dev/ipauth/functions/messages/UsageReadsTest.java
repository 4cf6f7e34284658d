package dev.ipauth.functions.messages;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static software.amazon.awssdk.services.dynamodb.model.AttributeValue.fromN;

import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.WriteRequest;

/**
 * What the days cost to read: sixteen queries of an account and one of an SMTP user, however many
 * days; a row for each SMTP user and day with mail, and no row of another account.
 */
class UsageReadsTest {
  /** A property, for a look at the largest account: a thousand of them. */
  private static final int USERS = Integer.getInteger("usage.users", 12);

  private static final int DAYS = 400;
  private static final int ROWS_OF_A_PAGE = 5_000;
  private static final LocalDate TODAY = LocalDate.ofInstant(Tables.NOW, ZoneOffset.UTC);
  private static final Counts OF_A_DAY = new Counts(3, 4, 700, 2, 1);
  private static final Tables TABLES = new Tables();

  private final QueryCount count = new QueryCount();
  private final Usage usage = new Usage(count.of(TABLES.client), Tables.NAMES);

  @BeforeAll
  static void fill() {
    var puts = new ArrayList<WriteRequest>();
    for (int day = 0; day < DAYS; day++) {
      puts.add(put("other", "user-0", TODAY.minusDays(day)));
      for (int user = 0; user < USERS; user++) {
        puts.add(put("acme", "user-" + user, TODAY.minusDays(day)));
      }
    }
    for (int from = 0; from < puts.size(); from += 25) {
      List<WriteRequest> some = puts.subList(from, Math.min(from + 25, puts.size()));
      TABLES.client.batchWriteItem(write -> write.requestItems(Map.of("Usage", some)));
    }
  }

  @AfterAll
  static void close() {
    TABLES.close();
  }

  private static WriteRequest put(String account, String username, LocalDate day) {
    Map<String, AttributeValue> row =
        new HashMap<>(UsageColumns.key(new Counts.Place(account, username, day)));
    row.put("messages", fromN(Long.toString(OF_A_DAY.messages())));
    row.put("recipients", fromN(Long.toString(OF_A_DAY.recipients())));
    row.put("bytes", fromN(Long.toString(OF_A_DAY.bytes())));
    row.put("refused", fromN(Long.toString(OF_A_DAY.refused())));
    row.put("bounced", fromN(Long.toString(OF_A_DAY.bounced())));
    row.put("expiresAt", fromN("4102444800"));
    return WriteRequest.builder().putRequest(put -> put.item(row)).build();
  }

  @ParameterizedTest
  @CsvSource({"acme,, 1", "acme,, 30", "acme,, 400", "acme, user-7, 400", "nobody,, 400"})
  void days(String account, @Nullable String username, int days) {
    Map<LocalDate, Counts> found = usage.days(account, username, TODAY.minusDays(days - 1L), TODAY);

    assertEquals(days, found.size());
    int users = account.equals("nobody") ? 0 : username == null ? USERS : 1;
    Counts expected =
        new Counts(
            users * OF_A_DAY.messages(),
            users * OF_A_DAY.recipients(),
            users * OF_A_DAY.bytes(),
            users * OF_A_DAY.refused(),
            users * OF_A_DAY.bounced());
    found.forEach((day, counts) -> assertEquals(expected, counts, day.toString()));

    int shards = username == null ? Shard.COUNT : 1;
    int most = username == null ? users * days : USERS * days;
    assertTrue(
        count.queries() <= shards + most / ROWS_OF_A_PAGE, () -> count.queries() + " queries");
    assertTrue(count.rows() <= most, () -> count.rows() + " rows");
  }
}
