package dev.ipauth.relay.queue;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.ipauth.relay.message.MessageDate;
import dev.ipauth.relay.smtp.Ascii;
import dev.ipauth.tables.QueueRows;
import dev.ipauth.tables.QueuedMessage;
import dev.ipauth.tables.QueuedMessage.Progress;
import dev.ipauth.tables.QueuedMessage.Recipient;
import dev.ipauth.tables.QueuedMessage.Sender;
import dev.ipauth.tables.QueuedMessage.Text;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What is beyond the reports of an hour: one message with an entry for each, due at the hour's end
 * like any other. Its text is made of its row, which is whole after each entry: so no crash loses
 * one, and whichever relay adds to it finds it.
 */
final class Digests {
  /** Of a row, which holds 400 KB: each entry is another write of all of it. */
  private static final int OCTETS = 100_000;

  private static final String MORE =
      "There is more to report than fits here. The message log has it all.";

  /** Digests of one hour that are under way or dropped when there is something to add. */
  private static final int MOST_OF_AN_HOUR = 100;

  private final Reports.Names names;
  private final QueueTable table;
  private final Room room;

  Digests(Reports.Names names, QueueTable table, Room room) {
    this.names = names;
    this.table = table;
    this.room = room;
  }

  /**
   * Puts one more report into a digest, unless it is there already.
   *
   * @param to who is told
   * @param hourEnds when it goes out
   */
  void add(
      Report.Kind kind,
      QueuedMessage about,
      List<Recipient> recipients,
      String to,
      Instant hourEnds,
      Instant now) {
    String user = String.valueOf(about.smtpUser());
    String title = title(kind, about);
    String entry = entry(title, recipients);
    for (int number = 0; number < MOST_OF_AN_HOUR; number++) {
      String hour = hourEnds.toEpochMilli() + "/" + number;
      String id = RowId.of(RowId.Kind.DIGEST, user, to, hour);
      if (isTold(id, to, title, entry, hourEnds, now)) {
        return;
      }
    }
    throw new IllegalStateException("Every digest of the hour is under way");
  }

  /**
   * @return false when this digest is on its way already, or was dropped
   */
  private boolean isTold(
      String id, String to, String title, String entry, Instant hourEnds, Instant now) {
    while (true) {
      Optional<QueuedMessage> read;
      try {
        read = table.read(id);
      } catch (QueueRows.DamagedRow _) {
        return false;
      }
      if (read.isEmpty()) {
        if (isBegun(id, to, entry, hourEnds)) {
          return true;
        }
      } else if (has(read.get(), title)) {
        return true;
      } else if (!isOpen(read.get(), now)) {
        return false;
      } else if (isAdded(read.get(), entry)) {
        return true;
      }
    }
  }

  private static boolean has(QueuedMessage digest, String title) {
    List<String> entries = digest.text().digest();
    return entries.getLast().equals(MORE)
        || entries.stream().anyMatch(entry -> entry.startsWith(title));
  }

  private static boolean isOpen(QueuedMessage digest, Instant now) {
    return digest.mark().equals(QueuedMessage.Mark.NONE)
        && digest.progress().lease() == null
        && digest.progress().attempts() == 0
        && digest.progress().due().isAfter(now);
  }

  private boolean isBegun(String id, String to, String entry, Instant hourEnds) {
    var digest =
        new QueuedMessage(
            id,
            null,
            null,
            new Sender("", false, !Ascii.isPrintable(to), null, null),
            List.of(new Recipient(to, null, null, Recipient.State.WAITING, null)),
            textOf(id, to, List.of(entry), hourEnds),
            null,
            hourEnds,
            new Progress(0, hourEnds, null, null, false),
            1,
            QueuedMessage.Mark.NONE);
    boolean put = table.put(digest);
    if (put) {
      room.keep(digest);
    }
    return put;
  }

  private boolean isAdded(QueuedMessage digest, String entry) {
    List<String> before = digest.text().digest();
    int octets = before.stream().mapToInt(one -> one.getBytes(UTF_8).length).sum();
    boolean fits = octets + entry.getBytes(UTF_8).length <= OCTETS;
    var entries = new ArrayList<>(before);
    entries.add(fits ? entry : MORE);
    String to = digest.recipients().getFirst().address();
    QueuedMessage next = digest.withText(textOf(digest.id(), to, entries, digest.acceptedAt()));
    boolean moved = table.move(digest, next);
    if (moved) {
      room.remove(digest);
      room.keep(next);
    }
    return moved;
  }

  private Text textOf(String id, String to, List<String> entries, Instant hourEnds) {
    return new Text(text(id, to, entries, hourEnds).length, 0, entries);
  }

  // --- What it says ------------------------------------------------------------------------------

  /** No two reports have the same. */
  private static String title(Report.Kind kind, QueuedMessage about) {
    return "%s: message %s from <%s>, taken on %s, attempts %s\r\n"
        .formatted(
            kind.action,
            about.id(),
            about.sender().address(),
            MessageDate.of(about.acceptedAt()),
            Integer.toString(about.progress().attempts() + 1));
  }

  private static String entry(String title, List<Recipient> recipients) {
    var entry = new StringBuilder(title);
    for (Recipient to : recipients) {
      entry.append("  <").append(to.address()).append('>');
      if (to.reply() != null) {
        entry.append(": ").append(to.reply());
      }
      entry.append("\r\n");
    }
    return entry.length() <= OCTETS / 10
        ? entry.toString()
        : title + "  " + recipients.size() + " recipients\r\n";
  }

  /** The whole message, dot-stuffed, without the final dot. */
  byte[] text(QueuedMessage digest) {
    return text(
        digest.id(),
        digest.recipients().getFirst().address(),
        digest.text().digest(),
        digest.acceptedAt());
  }

  private byte[] text(String id, String to, List<String> entries, Instant hourEnds) {
    String body =
        "The mail relay "
            + names.hostname()
            + " has more to report than it sends in an hour, so here is the rest in one message."
            + "\r\n\r\n"
            + String.join("", entries);
    String header =
        String.join(
            "\r\n",
            "From: Mail relay <" + names.bounceFrom() + ">",
            "To: <" + ReportText.ascii(to) + ">",
            "Subject: " + subject(entries),
            "Date: " + MessageDate.of(hourEnds),
            "Message-ID: <" + id + "@" + names.hostname() + ">",
            "Auto-Submitted: auto-replied",
            "MIME-Version: 1.0",
            "Content-Type: text/plain; charset=utf-8",
            "Content-Transfer-Encoding: quoted-printable",
            "",
            "");
    String text = header + QuotedPrintable.of(body.getBytes(UTF_8)) + "\r\n";
    return ReportText.stuffed(text).getBytes(ISO_8859_1);
  }

  private static String subject(List<String> entries) {
    int reports = entries.size();
    return entries.getLast().equals(MORE)
        ? "More than " + (reports - 1) + " reports beyond the hourly limit"
        : reports + (reports == 1 ? " report" : " reports") + " beyond the hourly limit";
  }
}
