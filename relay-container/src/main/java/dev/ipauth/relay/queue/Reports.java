package dev.ipauth.relay.queue;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.ipauth.relay.smtp.Ascii;
import dev.ipauth.tables.QueuedMessage;
import dev.ipauth.tables.QueuedMessage.Progress;
import dev.ipauth.tables.QueuedMessage.Recipient;
import dev.ipauth.tables.QueuedMessage.Sender;
import dev.ipauth.tables.QueuedMessage.Text;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.zip.CRC32C;
import software.amazon.awssdk.core.exception.SdkException;

/**
 * Makes reports and puts them into the queue: they go the way of all mail.
 *
 * <p>There is never a report about a report, nor one for the null sender (RFC 5321 section 4.5.5).
 */
final class Reports {
  /** Of the original's header, at most that much is in a report. */
  private static final int HEADER_BYTES = 1 << 16;

  /**
   * A digest that may have been kept, though the answer was lost, is tried again a minute later: by
   * then it must be there still, and undelivered.
   */
  private static final Duration UNTIL_DIGEST_IS_SENT = Duration.ofMinutes(3);

  private static final SecureRandom RANDOM = new SecureRandom();

  private final Names names;
  private final Store store;
  private final Room room;
  private final ReportQuota quota = new ReportQuota();
  private final Digests digests = new Digests();
  private final QueueEvents events;
  private final Consumer<Instant> due;

  /** Digests whose hour is over, and that aren't kept yet. */
  private final List<Outgoing> outgoing = new ArrayList<>();

  /**
   * @param reports how many it stands for
   */
  private record Outgoing(QueuedMessage row, Texts.Content text, int reports) {}

  /**
   * @param hostname {@code RELAY_HOSTNAME}
   * @param bounceFrom {@code BOUNCE_FROM}
   */
  record Names(String hostname, String bounceFrom) {}

  /**
   * @param due is told of what was put into the queue
   */
  Reports(Names names, Store store, Room room, QueueEvents events, Consumer<Instant> due) {
    this.names = names;
    this.store = store;
    this.room = room;
    this.events = events;
    this.due = due;
  }

  /** Where a text is read from its beginning. */
  interface Source {
    InputStream open() throws IOException;
  }

  /** Makes a report about a message whose text is kept, and keeps it. */
  boolean make(
      Report.Kind kind, QueuedMessage about, List<Recipient> recipients, Instant now, Instant until)
      throws IOException {
    return make(kind, about, recipients, now, until, () -> store.open(about));
  }

  /**
   * Makes a report and keeps it.
   *
   * @param text the original's
   * @return whether somebody is told
   */
  boolean make(
      Report.Kind kind,
      QueuedMessage about,
      List<Recipient> recipients,
      Instant now,
      Instant until,
      Source text)
      throws IOException {
    String to = about.reportTo();
    String user = about.smtpUser();
    if (recipients.isEmpty() || to == null || user == null || about.sender().address().isEmpty()) {
      return false;
    }
    String id = about.id() + kind.action.charAt(0) + (about.progress().attempts() + 1);
    if (store.has(id)) {
      return true;
    }
    Optional<Instant> hourEnds = quota.take(user, now);
    if (hourEnds.isPresent()) {
      digests.add(kind, about, recipients, to, hourEnds.get());
      return true;
    }
    var report = new Report(kind, about, recipients, header(text), now, until);
    byte[] octets = ReportText.of(names.hostname(), names.bounceFrom(), to, id, report);
    keep(row(id, to, octets, now, now), Texts.Content.of(octets));
    events.reported(kind);
    return true;
  }

  /**
   * Puts the digests into the queue whose hour is over. One that can't be kept is tried again the
   * next time as it was, since a try whose answer was lost may have been done.
   */
  synchronized void digest(Instant hoursBefore, Instant now) {
    digests.take(hoursBefore).forEach(digest -> outgoing.add(outgoing(digest, now)));
    outgoing.removeIf(one -> isKept(one, now.plus(UNTIL_DIGEST_IS_SENT)));
  }

  private Outgoing outgoing(Digests.Ready digest, Instant now) {
    String id = Long.toString(RANDOM.nextLong(Long.MAX_VALUE), Character.MAX_RADIX) + "g";
    byte[] text = Digests.text(digest, names, id, now);
    QueuedMessage row = row(id, digest.to(), text, now, now);
    return new Outgoing(row, Texts.Content.of(text), digest.reports());
  }

  private boolean isKept(Outgoing digest, Instant due) {
    QueuedMessage row = digest.row();
    try {
      keep(row.moved(row.progress().dueAt(due)), digest.text());
      return true;
    } catch (IOException | SdkException e) {
      events.trouble(
          "A digest of " + digest.reports() + " reports can't be kept; it is tried again", e);
      return false;
    }
  }

  private void keep(QueuedMessage row, Texts.Content text) throws IOException {
    if (store.keep(row, text)) {
      room.keep(row);
    }
    due.accept(row.progress().due());
  }

  private static QueuedMessage row(String id, String to, byte[] text, Instant now, Instant due) {
    var checksum = new CRC32C();
    checksum.update(text);
    return new QueuedMessage(
        id,
        null,
        null,
        new Sender("", false, !Ascii.isPrintable(to), null, null),
        List.of(new Recipient(to, null, null, Recipient.State.WAITING, null)),
        new Text(text.length, (int) checksum.getValue()),
        null,
        now,
        new Progress(0, due, null, null, false),
        1,
        QueuedMessage.Mark.NONE);
  }

  private static String header(Source original) throws IOException {
    try (InputStream text = original.open()) {
      return new String(headerOf(text.readNBytes(HEADER_BYTES)), ISO_8859_1);
    }
  }

  /** Up to the blank line, unstuffed. */
  static byte[] headerOf(byte[] text) {
    var header = new ByteArrayOutputStream();
    boolean atLineStart = true;
    for (int i = 0; i < text.length; i++) {
      if (atLineStart && text[i] == '\r') {
        break;
      }
      if (!(atLineStart && text[i] == '.')) {
        header.write(text[i]);
      }
      atLineStart = text[i] == '\n';
    }
    return header.toByteArray();
  }
}
