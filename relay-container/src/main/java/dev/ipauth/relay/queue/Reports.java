package dev.ipauth.relay.queue;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.ipauth.relay.smtp.Ascii;
import dev.ipauth.tables.QueuedMessage;
import dev.ipauth.tables.QueuedMessage.Progress;
import dev.ipauth.tables.QueuedMessage.Recipient;
import dev.ipauth.tables.QueuedMessage.Sender;
import dev.ipauth.tables.QueuedMessage.Text;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.zip.CRC32C;

/**
 * Makes reports and puts them into the queue: they go the way of all mail.
 *
 * <p>There is never a report about a report, nor one for the null sender (RFC 5321 section 4.5.5).
 */
final class Reports {
  /** Of the original's header, at most that much is in a report. */
  private static final int HEADER_BYTES = 1 << 16;

  private final Names names;
  private final Store store;
  private final Room room;
  private final ReportQuota quota;
  private final Digests digests;
  private final QueueEvents events;
  private final Consumer<Instant> due;

  /**
   * @param hostname {@code RELAY_HOSTNAME}
   * @param bounceFrom {@code BOUNCE_FROM}
   */
  record Names(String hostname, String bounceFrom) {}

  /**
   * @param due is told of what was put into the queue
   */
  Reports(
      Names names,
      Store store,
      QueueTable table,
      Room room,
      QueueEvents events,
      Consumer<Instant> due) {
    this.names = names;
    this.store = store;
    this.room = room;
    this.quota = new ReportQuota(table);
    this.digests = new Digests(names, table, room);
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
    if (store.has(id) || isInDigest(kind, about, quota.missed(id, now))) {
      return true;
    }
    Optional<Instant> hourEnds = quota.take(id, user, now);
    if (hourEnds.isPresent()) {
      due.accept(hourEnds.get());
      return digests.add(kind, about, recipients, to, hourEnds.get(), now);
    }
    var report = new Report(kind, about, recipients, header(text), now, until);
    byte[] octets = ReportText.of(names.hostname(), names.bounceFrom(), to, id, report);
    keep(row(id, to, octets, now), Texts.Content.of(octets));
    events.reported(kind);
    return true;
  }

  /** The answer to its write may have been lost, and the hour have ended since. */
  private boolean isInDigest(Report.Kind kind, QueuedMessage about, Optional<Instant> hourEnded) {
    return hourEnded.isPresent() && digests.has(kind, about, hourEnded.get());
  }

  private void keep(QueuedMessage row, Texts.Content text) throws IOException {
    if (store.keep(row, text)) {
      room.keep(row);
    }
    due.accept(row.progress().due());
  }

  private static QueuedMessage row(String id, String to, byte[] text, Instant now) {
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
        new Progress(0, now, null, null, false),
        1,
        QueuedMessage.Mark.NONE);
  }

  /**
   * Opens a kept message's text.
   *
   * @throws Store.DamagedText when it is missing, or isn't what was kept
   * @throws IOException when it can't be known now
   */
  InputStream open(QueuedMessage message) throws IOException {
    return message.text().isDigest()
        ? new ByteArrayInputStream(digests.text(message))
        : store.open(message);
  }

  /** A text up to its blank line, as it is. */
  static byte[] rawHeader(Source text) throws IOException {
    try (InputStream in = text.open()) {
      String beginning = new String(in.readNBytes(HEADER_BYTES), ISO_8859_1);
      int blankLine = beginning.indexOf("\r\n\r\n");
      String header = blankLine < 0 ? beginning : beginning.substring(0, blankLine + 2);
      return header.getBytes(ISO_8859_1);
    }
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
