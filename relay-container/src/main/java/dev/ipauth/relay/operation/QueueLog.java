package dev.ipauth.relay.operation;

import static java.util.stream.Collectors.joining;

import dev.ipauth.relay.fault.AwsFault;
import dev.ipauth.relay.fault.Cause;
import dev.ipauth.relay.fault.OnceAMinute;
import dev.ipauth.relay.queue.MailQueue;
import dev.ipauth.relay.queue.QueueEvents;
import dev.ipauth.relay.queue.Report;
import dev.ipauth.tables.QueuedMessage;
import dev.ipauth.tables.QueuedMessage.Recipient;
import io.micrometer.core.instrument.MeterRegistry;
import java.lang.System.Logger.Level;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.exception.SdkException;

/** What the queue does, as lines of the log. */
final class QueueLog implements QueueEvents {
  private static final System.Logger LOG = System.getLogger("relay");

  private static final Pattern NUMBER = Pattern.compile("\\d+");

  private enum Outcome {
    DELIVERED,
    BOUNCED,
    WAITING
  }

  private final EventLog log;
  private final Consumer<String> warnings;
  private final Dependency table;
  private final Dependency texts;
  private final Counters<Outcome> attempts;
  private final Counters<Report.Kind> reports;
  private final Set<Alarm> sounding = ConcurrentHashMap.newKeySet();

  /** One for each kind of trouble: a table that is away is trouble for every message. */
  private final Map<String, OnceAMinute> troubles = new ConcurrentHashMap<>();

  QueueLog(EventLog log, MeterRegistry registry, Dependency table, Dependency texts) {
    this(log, registry, table, texts, line -> LOG.log(Level.WARNING, line));
  }

  /**
   * @param warnings gets lines for the process's own log
   */
  QueueLog(
      EventLog log,
      MeterRegistry registry,
      Dependency table,
      Dependency texts,
      Consumer<String> warnings) {
    this.log = log;
    this.table = table;
    this.texts = texts;
    this.warnings = warnings;
    attempts =
        new Counters<>(
            registry,
            Outcome.class,
            "relay.queue.attempts",
            "outcome",
            "Attempts to deliver what is kept: recipients delivered to, given up, or still"
                + " waiting afterwards.");
    reports =
        new Counters<>(
            registry,
            Report.Kind.class,
            "relay.queue.reports",
            "kind",
            "Reports that were made of what became of messages.");
  }

  @Override
  public void attempt(QueuedMessage after, List<Recipient> left, String reply, Instant next) {
    attempts.count(Outcome.WAITING);
    Map<String, Object> fields = about(after, left);
    fields.put("attempt", after.progress().attempts());
    fields.put("reply", reply);
    fields.put("next", next);
    log.note("attempt", fields);
  }

  @Override
  public void delivered(QueuedMessage after, List<Recipient> recipients, Instant now) {
    attempts.count(Outcome.DELIVERED);
    Map<String, Object> fields = about(after, recipients);
    fields.put("attempts", after.progress().attempts());
    fields.put("reply", said(recipients));
    fields.put("millis", after.age(now).toMillis());
    log.note("delivered", fields);
  }

  @Override
  public void bounced(QueuedMessage after, List<Recipient> recipients, @Nullable String reportTo) {
    attempts.count(Outcome.BOUNCED);
    Map<String, Object> fields = about(after, recipients);
    fields.put("attempts", after.progress().attempts());
    fields.put("reply", said(recipients));
    fields.put("reportTo", Optional.ofNullable(reportTo));
    fields.put("acceptedAt", after.acceptedAt());
    log.note("bounced", fields);
  }

  @Override
  public void dropped(QueuedMessage message, String by) {
    Map<String, Object> fields = about(message, message.waiting());
    fields.put("by", by);
    log.note("dropped", fields);
  }

  @Override
  public void reported(Report.Kind kind) {
    reports.count(kind);
  }

  /** Of those that a line is about, the last: others of the message may have heard otherwise. */
  private static String said(List<Recipient> recipients) {
    String last = recipients.getLast().reply();
    return last == null ? "" : last;
  }

  private static Map<String, Object> about(QueuedMessage message, List<Recipient> recipients) {
    var fields = new HashMap<String, Object>();
    fields.put("id", message.id());
    fields.put("smtpUser", Optional.ofNullable(message.smtpUser()));
    fields.put("accountId", Optional.ofNullable(message.accountId()));
    fields.put("recipients", recipients.stream().map(Recipient::address).toList());
    return fields;
  }

  @Override
  public void setAside(String id, String why) {
    log.note("set-aside", Map.of("id", id, "why", why));
    alarm(Alarm.SET_ASIDE, false);
  }

  /** A line a minute while there is something to tell: CloudWatch makes its metrics of it. */
  @Override
  public void counted(MailQueue.Kept kept) {
    String alarms = sounding.stream().sorted().map(QueueLog::word).collect(joining(" "));
    if (kept.messages() > 0 || !alarms.isEmpty()) {
      log.note(
          "queue",
          Map.of(
              "messages", kept.messages(),
              "bytes", kept.bytes(),
              "oldestSeconds", kept.oldest().toSeconds(),
              "alarms", alarms));
    }
  }

  static String word(Alarm alarm) {
    return alarm.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  @Override
  public void alarm(Alarm alarm, boolean over) {
    boolean changed = over ? sounding.remove(alarm) : sounding.add(alarm);
    if (changed) {
      var fields = new HashMap<String, Object>();
      fields.put("what", word(alarm));
      if (over) {
        fields.put("over", true);
      }
      log.note("alarm", fields);
    }
  }

  @Override
  public Watch table() {
    return table;
  }

  @Override
  public Watch texts() {
    return texts;
  }

  @Override
  public void trouble(String what, Exception why) {
    String kind = NUMBER.matcher(what).replaceAll("");
    if (troubles.computeIfAbsent(kind, _ -> new OnceAMinute()).isDue()) {
      warnings.accept(
          what
              + ": "
              + (why instanceof SdkException ? AwsFault.QUEUE.sentence(why) : Cause.inWords(why)));
    }
  }
}
