package dev.ipauth.functions.messages;

import static java.util.Objects.requireNonNull;

import dev.ipauth.functions.messages.MessageRow.Settled;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** The rows of {@code Messages} as DynamoDB keeps them. */
final class MessageColumns {
  static final String SHARD = "accountShard";
  static final String ID = "id";
  static final String USERNAME = "username";

  /** Only where it is known how the message was taken: what a reader is shown. */
  static final String OUTCOME = "outcome";

  static final String EXPIRES_AT = "expiresAt";
  static final String VERSION = "version";

  private static final String ACCOUNT_ID = "accountId";
  private static final String LINE = "line";
  private static final String AT = "at";
  private static final String WHOLE = "whole";
  private static final String IP = "ip";
  private static final String AUTHENTICATED_BY = "by";
  private static final String HELO = "helo";
  private static final String TLS = "tls";
  private static final String MAIL_FROM = "mailFrom";
  private static final String RECIPIENTS = "recipients";
  private static final String RECIPIENT_COUNT = "recipientCount";
  private static final String BYTES = "bytes";
  private static final String TAKEN = "taken";
  private static final String REASON = "reason";
  private static final String REPLY = "reply";
  private static final String MILLIS = "millis";
  private static final String TIMES = "times";
  private static final String SETTLED = "settled";

  private MessageColumns() {}

  static Map<String, AttributeValue> key(String shard, String id) {
    return Map.of(SHARD, AttributeValue.fromS(shard), ID, AttributeValue.fromS(id));
  }

  static Map<String, AttributeValue> write(MessageRow row, Instant expiresAt) {
    Outcome outcome = row.outcome();
    var columns =
        new RowWriter()
            .text(SHARD, Shard.of(row.accountId(), row.username()))
            .text(ID, row.id())
            .text(ACCOUNT_ID, row.accountId())
            .text(USERNAME, row.username())
            .text(OUTCOME, outcome == null ? null : outcome.word())
            .number(VERSION, row.version())
            .number(EXPIRES_AT, expiresAt.getEpochSecond())
            .map(SETTLED, settled(row.settled()));
    Taken taken = row.taken();
    return (taken == null ? columns : taken(columns, taken)).row();
  }

  private static RowWriter taken(RowWriter columns, Taken taken) {
    return columns
        .text(LINE, taken.line())
        .time(AT, taken.at())
        .text(WHOLE, taken.isWhole() ? "" : null)
        .text(IP, taken.ip())
        .text(AUTHENTICATED_BY, taken.authenticatedBy())
        .text(HELO, taken.helo())
        .text(TLS, taken.tls())
        .text(MAIL_FROM, taken.mailFrom())
        .texts(RECIPIENTS, taken.recipients())
        .number(RECIPIENT_COUNT, (long) taken.recipientCount())
        .number(BYTES, taken.bytes())
        .text(TAKEN, taken.outcome().word())
        .text(REASON, taken.reason())
        .text(REPLY, taken.reply())
        .number(MILLIS, taken.millis())
        .number(TIMES, taken.times() == 1 ? null : taken.times());
  }

  private static Map<String, AttributeValue> settled(Map<String, Settled> settled) {
    Map<String, AttributeValue> columns = new HashMap<>();
    settled.forEach(
        (line, one) ->
            columns.put(
                line,
                AttributeValue.fromM(
                    new RowWriter()
                        .text(OUTCOME, one.outcome().word())
                        .number(RECIPIENTS, (long) one.recipients())
                        .time(AT, one.at())
                        .text(REPLY, one.reply())
                        .row())));
    return columns;
  }

  static MessageRow read(Map<String, AttributeValue> row) {
    var read = new RowReader(row);
    return new MessageRow(
        read.required(ACCOUNT_ID),
        read.required(USERNAME),
        read.required(ID),
        taken(read),
        settled(row.get(SETTLED)),
        read.number(VERSION, 0));
  }

  private static @Nullable Taken taken(RowReader read) {
    String line = read.text(LINE);
    return line == null
        ? null
        : new Taken(
            line,
            requireNonNull(read.time(AT), AT),
            read.text(WHOLE) != null,
            read.required(IP),
            read.text(AUTHENTICATED_BY),
            read.text(HELO),
            read.text(TLS),
            read.text(MAIL_FROM),
            read.texts(RECIPIENTS),
            Math.toIntExact(read.number(RECIPIENT_COUNT, 0)),
            read.number(BYTES),
            outcome(read, TAKEN),
            read.text(REASON),
            read.text(REPLY),
            read.number(MILLIS),
            read.number(TIMES, 1));
  }

  private static Map<String, Settled> settled(@Nullable AttributeValue column) {
    Map<String, Settled> settled = new HashMap<>();
    if (column != null) {
      column
          .m()
          .forEach(
              (line, one) -> {
                var read = new RowReader(one.m());
                settled.put(
                    line,
                    new Settled(
                        outcome(read, OUTCOME),
                        Math.toIntExact(read.number(RECIPIENTS, 0)),
                        requireNonNull(read.time(AT), AT),
                        read.text(REPLY)));
              });
    }
    return settled;
  }

  private static Outcome outcome(RowReader read, String name) {
    return Outcome.of(read.required(name)).orElseThrow();
  }
}
