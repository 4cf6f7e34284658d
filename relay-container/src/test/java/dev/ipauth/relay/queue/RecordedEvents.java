package dev.ipauth.relay.queue;

import dev.ipauth.tables.QueuedMessage;
import dev.ipauth.tables.QueuedMessage.Recipient;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** What the operator would hear, a line each. */
final class RecordedEvents implements QueueEvents {
  final List<String> lines = new CopyOnWriteArrayList<>();

  /** Whom the lines say was delivered to. */
  final List<String> delivered = new CopyOnWriteArrayList<>();

  /** Whom the lines say was given up. */
  final List<String> bounced = new CopyOnWriteArrayList<>();

  /** Why the texts could not be used last, null when they could. */
  volatile @Nullable String textsTrouble;

  @Override
  public void attempt(QueuedMessage after, List<Recipient> left, String reply, Instant next) {
    lines.add("attempt " + after.id() + " " + after.progress().attempts() + " " + reply);
  }

  @Override
  public void delivered(QueuedMessage after, List<Recipient> recipients, Instant now) {
    delivered.addAll(addresses(recipients));
    lines.add("delivered " + after.id() + " " + addresses(recipients));
  }

  @Override
  public void bounced(QueuedMessage after, List<Recipient> recipients, @Nullable String reportTo) {
    bounced.addAll(addresses(recipients));
    lines.add("bounced " + after.id() + " " + addresses(recipients) + " to " + reportTo);
  }

  @Override
  public void dropped(QueuedMessage message, String by) {
    lines.add("dropped " + message.id() + " by " + by);
  }

  @Override
  public void reported(Report.Kind kind) {
    lines.add("reported " + kind);
  }

  @Override
  public void counted(MailQueue.Kept kept) {
    lines.add("counted " + kept.messages());
  }

  @Override
  public void setAside(String id, String why) {
    lines.add("set-aside " + id + " " + why);
  }

  @Override
  public void alarm(Alarm alarm, boolean over) {
    lines.add("alarm " + alarm + (over ? " over" : ""));
  }

  @Override
  public Watch table() {
    return Watch.NONE;
  }

  @Override
  public Watch texts() {
    return new Watch() {
      @Override
      public void worked() {
        textsTrouble = null;
      }

      @Override
      public void failed(String cause) {
        textsTrouble = cause;
      }
    };
  }

  @Override
  public void trouble(String what, Exception why) {
    lines.add("trouble " + what);
  }

  private static List<String> addresses(List<Recipient> recipients) {
    return recipients.stream().map(Recipient::address).toList();
  }
}
