package dev.ipauth.functions.messages;

import static software.amazon.awssdk.services.dynamodb.model.AttributeValue.fromS;

import java.time.LocalDate;
import java.util.Map;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** The rows of {@code Usage}: an SMTP user's day, among its account's in the order of days. */
final class UsageColumns {
  static final String SHARD = "accountShard";
  static final String DAY_OF_USER = "dayOfUser";
  private static final int DAY_LENGTH = 10;

  private UsageColumns() {}

  static Map<String, AttributeValue> key(Counts.Place place) {
    return Map.of(
        SHARD,
        fromS(Shard.of(place.accountId(), place.username())),
        DAY_OF_USER,
        fromS(place.day() + " " + place.username()));
  }

  static LocalDate day(Map<String, AttributeValue> row) {
    return LocalDate.parse(new RowReader(row).required(DAY_OF_USER).substring(0, DAY_LENGTH));
  }

  static String username(Map<String, AttributeValue> row) {
    return new RowReader(row).required(DAY_OF_USER).substring(DAY_LENGTH + 1);
  }

  static Counts counts(Map<String, AttributeValue> row) {
    var read = new RowReader(row);
    return new Counts(
        read.number("messages", 0),
        read.number("recipients", 0),
        read.number("bytes", 0),
        read.number("refused", 0),
        read.number("bounced", 0));
  }
}
