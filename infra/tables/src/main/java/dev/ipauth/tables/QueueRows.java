package dev.ipauth.tables;

import static java.util.Objects.requireNonNull;

import dev.ipauth.tables.QueuedMessage.Lease;
import dev.ipauth.tables.QueuedMessage.Mark;
import dev.ipauth.tables.QueuedMessage.Progress;
import dev.ipauth.tables.QueuedMessage.Recipient;
import dev.ipauth.tables.QueuedMessage.Sender;
import dev.ipauth.tables.QueuedMessage.Text;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * The rows of {@code Queue} as DynamoDB keeps them. Times are milliseconds since 1970, since an
 * index sorts by them. A row that is set aside has no shard, so that no index shows it as due.
 */
public final class QueueRows {
  /** The index that tells what is due: a shard, then the time. It holds the keys only. */
  public static final String BY_DUE = "byDue";

  /** How many shards the due rows are spread over; a poll is one query for each. */
  public static final int SHARDS = 4;

  public static final String ID = "id";
  public static final String SHARD = "shard";
  public static final String DUE = "due";
  public static final String RECIPIENTS = "recipients";
  public static final String ATTEMPTS = "attempts";
  public static final String LEASE_HOLDER = "leaseHolder";
  public static final String LEASE_UNTIL = "leaseUntil";
  public static final String LAST_REPLY = "lastReply";
  public static final String DELAY_REPORTED = "delayReported";
  public static final String VERSION = "version";
  public static final String ACCEPTED_AT = "acceptedAt";
  public static final String DROPPED_BY = "droppedBy";
  public static final String SET_ASIDE = "setAside";

  /** In a row that counts and is no message: how many. */
  public static final String COUNTED = "counted";

  static final String ACCOUNT_ID = "accountId";
  private static final String SMTP_USER = "smtpUser";
  private static final String MAIL_FROM = "mailFrom";
  private static final String EIGHT_BIT = "eightBit";
  private static final String UTF8 = "utf8";
  private static final String RET = "ret";
  private static final String ENVID = "envid";
  private static final String BYTES = "bytes";
  private static final String CRC32C = "crc32c";
  private static final String REPORT_TO = "reportTo";
  private static final String DIGEST = "digest";

  /** DynamoDB takes 400 KB, names included. */
  private static final long ROW_OCTETS = 390_000;

  private static final int REPLY_CHARS = 400;
  private static final int REPLIES_CHARS = 150_000;
  private static final int UTF8_OCTETS = 2;
  private static final long ENVELOPE_OCTETS = 5_000;
  private static final long NAMES_OCTETS = 60;

  private static final Pattern NOT_ASCII = Pattern.compile("[^ -~]");

  private static final String ADDRESS = "address";
  private static final String NOTIFY = "notify";
  private static final String ORCPT = "orcpt";
  private static final String STATE = "state";
  private static final String REPLY = "reply";

  private QueueRows() {}

  /** The shard that a message is found in. */
  public static String shard(String id) {
    return Integer.toString(Math.floorMod(id.hashCode(), SHARDS));
  }

  /** The whole row. */
  public static Map<String, AttributeValue> write(QueuedMessage message) {
    var row = new HashMap<String, AttributeValue>();
    row.put(ID, text(message.id()));
    putIfThere(row, ACCOUNT_ID, message.accountId());
    putIfThere(row, SMTP_USER, message.smtpUser());
    row.put(MAIL_FROM, text(message.sender().address()));
    row.put(EIGHT_BIT, AttributeValue.fromBool(message.sender().eightBit()));
    row.put(UTF8, AttributeValue.fromBool(message.sender().utf8()));
    putIfThere(row, RET, message.sender().ret());
    putIfThere(row, ENVID, message.sender().envid());
    putText(row, message.text());
    row.put(CRC32C, number(message.text().crc32c()));
    putIfThere(row, REPORT_TO, message.reportTo());
    row.put(ACCEPTED_AT, number(message.acceptedAt().toEpochMilli()));
    row.putAll(writeMoving(message));
    return row;
  }

  /**
   * Whether the replies that a message may yet get could make its row larger than DynamoDB takes.
   */
  public static boolean mayOutgrow(QueuedMessage message) {
    long octets = ENVELOPE_OCTETS;
    for (Recipient to : message.recipients()) {
      octets +=
          NAMES_OCTETS
              + replyChars(message)
              + UTF8_OCTETS * (long) (to.address().length() + length(to.orcpt()))
              + length(to.notifyOn());
    }
    return octets > ROW_OCTETS;
  }

  private static int length(@Nullable String text) {
    return text == null ? 0 : text.length();
  }

  /** All replies of a message share a part of its row. */
  private static int replyChars(QueuedMessage message) {
    return Math.min(REPLY_CHARS, REPLIES_CHARS / message.recipients().size());
  }

  /** A reply as far as a row holds it: in one line of ASCII. */
  private static String shortened(String reply, int chars) {
    String line = NOT_ASCII.matcher(reply).replaceAll("?");
    return line.length() <= chars ? line : line.substring(0, chars);
  }

  private static void putText(Map<String, AttributeValue> row, Text text) {
    row.put(BYTES, number(text.bytes()));
    if (text.isDigest()) {
      row.put(
          DIGEST, AttributeValue.fromL(text.digest().stream().map(AttributeValue::fromS).toList()));
    }
  }

  /** What a move changes. A lease or a mark that isn't in it is to be removed. */
  public static Map<String, AttributeValue> writeMoving(QueuedMessage message) {
    var row = new HashMap<String, AttributeValue>();
    Progress progress = message.progress();
    row.put(SHARD, text(shard(message.id())));
    row.put(
        RECIPIENTS,
        AttributeValue.fromL(
            message.recipients().stream().map(to -> write(to, replyChars(message))).toList()));
    row.put(ATTEMPTS, number(progress.attempts()));
    row.put(DUE, number(progress.due().toEpochMilli()));
    Lease lease = progress.lease();
    if (lease != null) {
      row.put(LEASE_HOLDER, text(lease.holder()));
      row.put(LEASE_UNTIL, number(lease.until().toEpochMilli()));
    }
    if (message.text().isDigest()) {
      putText(row, message.text());
      row.put(UTF8, AttributeValue.fromBool(message.sender().utf8()));
    }
    putReply(row, LAST_REPLY, progress.lastReply(), REPLY_CHARS);
    row.put(DELAY_REPORTED, AttributeValue.fromBool(progress.delayReported()));
    row.put(VERSION, number(message.version()));
    return row;
  }

  private static AttributeValue write(Recipient recipient, int replyChars) {
    var row = new HashMap<String, AttributeValue>();
    row.put(ADDRESS, text(recipient.address()));
    putIfThere(row, NOTIFY, recipient.notifyOn());
    putIfThere(row, ORCPT, recipient.orcpt());
    row.put(STATE, text(recipient.state().name()));
    putReply(row, REPLY, recipient.reply(), replyChars);
    return AttributeValue.fromM(row);
  }

  /**
   * The row of a message that its device was refused. It keeps the place of one that may still be
   * on its way to the table, and counts as dropped.
   *
   * @param until when nothing can be on its way any more
   */
  public static Map<String, AttributeValue> writeTakenBack(QueuedMessage message, Instant until) {
    Map<String, AttributeValue> row = write(message.moved(message.progress().dueAt(until)));
    row.put(DROPPED_BY, text(Mark.RELAY));
    return row;
  }

  /**
   * A row that counts one of something, and is no message: it counts as dropped, so that it isn't
   * shown, and whichever relay comes by when it is over removes it.
   *
   * @param until when it is over
   */
  public static Map<String, AttributeValue> writeCount(String id, Instant now, Instant until) {
    var nobody = new Recipient("", null, null, Recipient.State.WAITING, null);
    var message =
        new QueuedMessage(
            id,
            null,
            null,
            new Sender("", false, false, null, null),
            List.of(nobody),
            new Text(0, 0),
            null,
            now,
            new Progress(0, until, null, null, false),
            now.toEpochMilli(),
            Mark.NONE);
    Map<String, AttributeValue> row = write(message);
    row.put(DROPPED_BY, text(Mark.RELAY));
    row.put(COUNTED, number(1));
    return row;
  }

  /** How many a row of {@link #writeCount} has counted. */
  public static long counted(Map<String, AttributeValue> row) {
    return number(row, COUNTED);
  }

  /**
   * Reads a row.
   *
   * @throws DamagedRow when it isn't one that {@link #write} wrote
   */
  public static QueuedMessage read(Map<String, AttributeValue> row) {
    try {
      return new QueuedMessage(
          text(row, ID),
          textOrNull(row, ACCOUNT_ID),
          textOrNull(row, SMTP_USER),
          sender(row),
          recipients(row),
          new Text(number(row, BYTES), Math.toIntExact(number(row, CRC32C)), digest(row)),
          textOrNull(row, REPORT_TO),
          time(row, ACCEPTED_AT),
          progress(row),
          number(row, VERSION),
          new Mark(textIfAny(row, DROPPED_BY), textIfAny(row, SET_ASIDE)));
    } catch (NullPointerException | IllegalArgumentException | ArithmeticException e) {
      throw new DamagedRow(e);
    }
  }

  /** A row that nobody can make sense of. */
  public static final class DamagedRow extends RuntimeException {
    private static final long serialVersionUID = 1;

    DamagedRow(RuntimeException cause) {
      super("The row can't be read: " + cause.getMessage(), cause);
    }
  }

  /** The id of a row, which even a damaged one has. */
  public static String id(Map<String, AttributeValue> row) {
    return text(row, ID);
  }

  /**
   * One that nobody has read, for a row that is changed without being read: what it has may be no
   * number, which nothing can be added to.
   */
  public static AttributeValue newVersion() {
    return number(ThreadLocalRandom.current().nextLong(1L << 52, 1L << 53));
  }

  private static Sender sender(Map<String, AttributeValue> row) {
    return new Sender(
        text(row, MAIL_FROM),
        flag(row, EIGHT_BIT),
        flag(row, UTF8),
        textOrNull(row, RET),
        textOrNull(row, ENVID));
  }

  private static List<String> digest(Map<String, AttributeValue> row) {
    AttributeValue entries = row.get(DIGEST);
    return entries == null
        ? List.of()
        : entries.l().stream().map(entry -> requireNonNull(entry.s(), DIGEST)).toList();
  }

  private static List<Recipient> recipients(Map<String, AttributeValue> row) {
    List<Recipient> recipients =
        attribute(row, RECIPIENTS).l().stream().map(one -> recipient(one.m())).toList();
    if (recipients.isEmpty()) {
      throw new IllegalArgumentException("no recipients");
    }
    return recipients;
  }

  private static Recipient recipient(Map<String, AttributeValue> row) {
    return new Recipient(
        text(row, ADDRESS),
        textOrNull(row, NOTIFY),
        textOrNull(row, ORCPT),
        Recipient.State.valueOf(text(row, STATE)),
        textIfAny(row, REPLY));
  }

  private static Progress progress(Map<String, AttributeValue> row) {
    String holder = textOrNull(row, LEASE_HOLDER);
    return new Progress(
        Math.toIntExact(number(row, ATTEMPTS)),
        time(row, DUE),
        holder == null ? null : new Lease(holder, time(row, LEASE_UNTIL)),
        textIfAny(row, LAST_REPLY),
        flag(row, DELAY_REPORTED));
  }

  private static AttributeValue attribute(Map<String, AttributeValue> row, String name) {
    return requireNonNull(row.get(name), name);
  }

  private static String text(Map<String, AttributeValue> row, String name) {
    return requireNonNull(attribute(row, name).s(), name);
  }

  private static @Nullable String textOrNull(Map<String, AttributeValue> row, String name) {
    return row.containsKey(name) ? text(row, name) : null;
  }

  /** Of what no delivery depends on: something else counts as none. */
  private static @Nullable String textIfAny(Map<String, AttributeValue> row, String name) {
    AttributeValue value = row.get(name);
    return value == null ? null : value.s();
  }

  private static long number(Map<String, AttributeValue> row, String name) {
    return Long.parseLong(requireNonNull(attribute(row, name).n(), name));
  }

  private static boolean flag(Map<String, AttributeValue> row, String name) {
    return requireNonNull(attribute(row, name).bool(), name);
  }

  private static Instant time(Map<String, AttributeValue> row, String name) {
    return Instant.ofEpochMilli(number(row, name));
  }

  private static AttributeValue text(String value) {
    return AttributeValue.fromS(value);
  }

  private static AttributeValue number(long value) {
    return AttributeValue.fromN(Long.toString(value));
  }

  private static void putIfThere(
      Map<String, AttributeValue> row, String name, @Nullable String value) {
    if (value != null) {
      row.put(name, text(value));
    }
  }

  private static void putReply(
      Map<String, AttributeValue> row, String name, @Nullable String reply, int chars) {
    putIfThere(row, name, reply == null ? null : shortened(reply, chars));
  }
}
