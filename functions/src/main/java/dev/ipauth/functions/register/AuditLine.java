package dev.ipauth.functions.register;

import static software.amazon.awssdk.services.dynamodb.model.AttributeValue.fromS;

import dev.ipauth.tables.Schemas;
import dev.ipauth.tables.SmtpUser;
import dev.ipauth.tables.Username;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * A line of the audit trail: who changed an SMTP user, from where, and what was and is.
 *
 * @param position orders the lines of a user, and of an account, by time; it names this one
 * @param userSince when the user was made, which tells it from an earlier one of its name; null in
 *     lines of earlier versions of this program
 * @param by who signed in; null for somebody at the address, who needn't
 * @param before JSON of what the change took away; null for a new user
 * @param after JSON of what it put in its place; null for a deleted one
 * @param expiresAt when the line may be deleted
 */
record AuditLine(
    String accountId,
    Username username,
    @Nullable Instant userSince,
    String position,
    Instant at,
    @Nullable String by,
    String ip,
    String what,
    @Nullable String before,
    @Nullable String after,
    Instant expiresAt) {
  static final String AUDITED_USER = "auditedUser";
  static final String POSITION = "position";

  private static final String USER_SINCE = "userSince";

  // Instant.toString leaves out zeros, and then doesn't sort as text.
  private static final DateTimeFormatter SORTABLE =
      new DateTimeFormatterBuilder().appendInstant(3).toFormatter(Locale.ROOT);

  /**
   * Whose trail it is. A name that another account gave up is another trail; a username holds no
   * space, so two pairs never meet.
   */
  static String auditedUser(Username username, String accountId) {
    return username + " " + accountId;
  }

  /** The version puts changes of the same millisecond in order. */
  static String position(Instant at, long version, String token) {
    return String.format(Locale.ROOT, "%s %019d %s", SORTABLE.format(at), version, token);
  }

  /** Before all positions of this instant. */
  static String positionsFrom(Instant at) {
    return SORTABLE.format(at);
  }

  /** Whether it is this user's, and not an earlier one's of the same name. */
  boolean isOf(SmtpUser user) {
    return userSince == null ? !at.isBefore(user.createdAt()) : userSince.equals(user.createdAt());
  }

  Map<String, AttributeValue> key() {
    return Map.of(AUDITED_USER, fromS(auditedUser(username, accountId)), POSITION, fromS(position));
  }

  Map<String, AttributeValue> row() {
    Map<String, AttributeValue> row = new HashMap<>(key());
    row.put(Schemas.ACCOUNT_ID, fromS(accountId));
    row.put(USER_SINCE, fromS(Objects.requireNonNull(userSince).toString()));
    row.put("at", fromS(at.toString()));
    if (by != null) {
      row.put("by", fromS(by));
    }
    row.put("ip", fromS(ip));
    row.put("what", fromS(what));
    if (before != null) {
      row.put("before", fromS(before));
    }
    if (after != null) {
      row.put("after", fromS(after));
    }
    row.put("expiresAt", IdempotencyKey.seconds(expiresAt));
    return row;
  }

  /**
   * @param retention for lines that don't say when they expire
   */
  static AuditLine read(Map<String, AttributeValue> row, Duration retention) {
    String[] user = present(row, AUDITED_USER).split(" ", 2);
    Instant at = Instant.parse(present(row, "at"));
    String since = text(row, USER_SINCE);
    return new AuditLine(
        user[1],
        new Username(user[0]),
        since == null ? null : Instant.parse(since),
        present(row, POSITION),
        at,
        text(row, "by"),
        present(row, "ip"),
        present(row, "what"),
        text(row, "before"),
        text(row, "after"),
        at.plus(retention));
  }

  private static String present(Map<String, AttributeValue> row, String name) {
    return Objects.requireNonNull(text(row, name), name);
  }

  private static @Nullable String text(Map<String, AttributeValue> row, String name) {
    AttributeValue value = row.get(name);
    return value == null ? null : value.s();
  }
}
