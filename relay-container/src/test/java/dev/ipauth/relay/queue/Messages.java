package dev.ipauth.relay.queue;

import dev.ipauth.tables.QueuedMessage;
import dev.ipauth.tables.QueuedMessage.Progress;
import dev.ipauth.tables.QueuedMessage.Recipient;
import dev.ipauth.tables.QueuedMessage.Sender;
import dev.ipauth.tables.QueuedMessage.Text;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Messages as the tests need them. */
final class Messages {
  static final Instant TAKEN = Instant.parse("2026-11-27T10:00:00Z");

  private Messages() {}

  static QueuedMessage to(String... addresses) {
    return message(
        "abc123", Arrays.stream(addresses).map(address -> recipient(address, null)).toList());
  }

  static QueuedMessage message(String id, List<Recipient> recipients) {
    return message(id, recipients, TAKEN);
  }

  static QueuedMessage message(String id, List<Recipient> recipients, Instant acceptedAt) {
    return new QueuedMessage(
        id,
        "acme",
        "scanner",
        new Sender("scans@example.com", false, false, null, null),
        recipients,
        new Text(0, 0),
        "it@example.com",
        acceptedAt,
        new Progress(1, acceptedAt.plusSeconds(60), null, "451 4.4.1 away", false),
        1,
        QueuedMessage.Mark.NONE);
  }

  static Recipient recipient(String address, @Nullable String notifyOn) {
    return new Recipient(address, notifyOn, null, Recipient.State.WAITING, null);
  }

  static QueuedMessage due(String id, Instant due) {
    QueuedMessage message = message(id, to("a@example.net").recipients());
    Progress progress = message.progress();
    return new QueuedMessage(
        id,
        message.accountId(),
        message.smtpUser(),
        message.sender(),
        message.recipients(),
        message.text(),
        message.reportTo(),
        message.acceptedAt(),
        new Progress(
            progress.attempts(), due, null, progress.lastReply(), progress.delayReported()),
        1,
        QueuedMessage.Mark.NONE);
  }
}
