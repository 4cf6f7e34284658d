package dev.ipauth.functions.register;

import static software.amazon.awssdk.services.dynamodb.model.AttributeValue.fromS;

import dev.ipauth.tables.Username;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.Put;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItem;

/**
 * A line of the audit trail: who changed an SMTP user, from where, and what was and is.
 *
 * @param position orders the lines of a user by time and names this one
 * @param before JSON of what the change took away; null for a new user
 * @param after JSON of what it put in its place; null for a deleted one
 */
record AuditLine(
    String auditedUser,
    String position,
    Instant at,
    String by,
    String ip,
    String what,
    @Nullable String before,
    @Nullable String after) {
  static final String AUDITED_USER = "auditedUser";
  static final String POSITION = "position";

  // Instant.toString leaves out zeros, and then doesn't sort as text.
  private static final DateTimeFormatter SORTABLE =
      new DateTimeFormatterBuilder().appendInstant(3).toFormatter();

  /**
   * Whose trail it is. A name that another account gave up is another trail; a username holds no
   * space, so two pairs never meet.
   */
  static String auditedUser(Username username, String accountId) {
    return username + " " + accountId;
  }

  /** The version puts changes of the same millisecond in order. */
  static String position(Instant at, long version, String token) {
    return "%s %019d %s".formatted(SORTABLE.format(at), version, token);
  }

  Map<String, AttributeValue> key() {
    return Map.of(AUDITED_USER, fromS(auditedUser), POSITION, fromS(position));
  }

  TransactWriteItem put(TableNames tables) {
    Map<String, AttributeValue> row = new HashMap<>(key());
    row.put("at", fromS(at.toString()));
    row.put("by", fromS(by));
    row.put("ip", fromS(ip));
    row.put("what", fromS(what));
    if (before != null) {
      row.put("before", fromS(before));
    }
    if (after != null) {
      row.put("after", fromS(after));
    }
    return TransactWriteItem.builder()
        .put(Put.builder().tableName(tables.audit()).item(row).build())
        .build();
  }

  static AuditLine read(Map<String, AttributeValue> row) {
    return new AuditLine(
        present(row, AUDITED_USER),
        present(row, POSITION),
        Instant.parse(present(row, "at")),
        present(row, "by"),
        present(row, "ip"),
        present(row, "what"),
        text(row, "before"),
        text(row, "after"));
  }

  private static String present(Map<String, AttributeValue> row, String name) {
    return Objects.requireNonNull(text(row, name), name);
  }

  private static @Nullable String text(Map<String, AttributeValue> row, String name) {
    AttributeValue value = row.get(name);
    return value == null ? null : value.s();
  }
}
