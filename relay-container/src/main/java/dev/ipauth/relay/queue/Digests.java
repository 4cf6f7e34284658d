package dev.ipauth.relay.queue;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.joining;

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
import java.util.stream.IntStream;

/**
 * What is beyond the reports of an SMTP user's hour: one message with an entry for each, due at the
 * hour's end like any other. Its text is made of its row, which is whole after each entry: so no
 * crash loses one, and whichever relay adds to it finds it.
 *
 * <p>Where a user's reports go to their senders, all of these get the same message. So then it
 * leaves out what isn't everybody's business: who a message was from, whom it was to, and what was
 * said of it.
 */
final class Digests {
  /** Of a row, which holds 400 KB: each entry is another write of all of it. */
  private static final int OCTETS = 100_000;

  /** As many as reports of an hour may be sent to; whoever makes up senders reaches no more. */
  private static final int ADDRESSEES = ReportQuota.REPORTS;

  /** By so much a header and the words at the top may grow after the first entry. */
  private static final int GROWTH = 300;

  private static final String MORE =
      "There is more to report than fits here. The message log has it all.";

  private static final String SHARED =
      "It goes to several senders, so it doesn't say whom the messages were from or to; the message "
          + "log does.";

  /** Digests of one hour that are under way or dropped when there is something to add. */
  private static final int MOST_OF_AN_HOUR = 24;

  private final Reports.Names names;
  private final QueueTable table;
  private final Room room;

  Digests(Reports.Names names, QueueTable table, Room room) {
    this.names = names;
    this.table = table;
    this.room = room;
  }

  /** What came of an entry. */
  private enum Outcome {
    TOLD,
    /** The digest has as many addressees as it may have, or no room for what this one is told. */
    NOT_TOLD,
    /** This digest is on its way already, or was dropped. */
    CLOSED,
    /** Another relay was first to change it. */
    OVERTAKEN
  }

  /**
   * Puts one more report into the digest of its SMTP user's hour, unless it is there already. Where
   * that one is on its way, the report is in one that goes out an hour later.
   *
   * @param to who is told
   * @param hourEnds when it goes out
   * @return whether somebody is told
   */
  boolean add(
      Report.Kind kind,
      QueuedMessage about,
      List<Recipient> recipients,
      String to,
      Instant hourEnds,
      Instant now) {
    String title = title(kind, about);
    var addition = new Addition(title, entry(title, about, recipients), to);
    for (int number = 0; number < MOST_OF_AN_HOUR; number++) {
      Instant due = hourEnds.plus(ReportQuota.HOUR.multipliedBy(number));
      Outcome outcome = tell(id(about, hourEnds, number), addition, due, now);
      if (outcome != Outcome.CLOSED) {
        return outcome == Outcome.TOLD;
      }
    }
    throw new IllegalStateException("Every digest of the hour is under way");
  }

  /**
   * Whether a report is in a digest that hasn't been delivered yet.
   *
   * @param hourEnds when it was to go out
   */
  boolean has(Report.Kind kind, QueuedMessage about, Instant hourEnds) {
    String title = title(kind, about);
    return IntStream.range(0, MOST_OF_AN_HOUR)
        .mapToObj(number -> table.read(id(about, hourEnds, number)))
        .takeWhile(Optional::isPresent)
        .flatMap(Optional::stream)
        .anyMatch(digest -> has(digest, title));
  }

  private static String id(QueuedMessage about, Instant hourEnds, int number) {
    String user = String.valueOf(about.smtpUser());
    return RowId.of(RowId.Kind.DIGEST, user, hourEnds.toEpochMilli() + "/" + number);
  }

  /** An entry, and who is told of it. */
  private record Addition(String title, String entry, String to) {}

  private Outcome tell(String id, Addition addition, Instant due, Instant now) {
    Outcome outcome;
    do {
      Optional<QueuedMessage> digest;
      try {
        digest = table.read(id);
      } catch (QueueRows.DamagedRow _) {
        return Outcome.CLOSED;
      }
      outcome = digest.isEmpty() ? begin(id, addition, due) : tell(digest.get(), addition, now);
    } while (outcome == Outcome.OVERTAKEN);
    return outcome;
  }

  private Outcome tell(QueuedMessage digest, Addition addition, Instant now) {
    if (has(digest, addition.title())) {
      return Outcome.TOLD;
    }
    if (!isOpen(digest, now)) {
      return Outcome.CLOSED;
    }
    boolean isAddressee = isAddressee(digest, addition.to());
    if (isFull(digest)) {
      return isAddressee ? Outcome.TOLD : Outcome.NOT_TOLD;
    }
    return isAddressee || digest.recipients().size() < ADDRESSEES
        ? extend(digest, addition)
        : Outcome.NOT_TOLD;
  }

  private static boolean has(QueuedMessage digest, String title) {
    return digest.text().digest().stream().anyMatch(entry -> entry.startsWith(title));
  }

  private static boolean isFull(QueuedMessage digest) {
    return digest.text().digest().getLast().equals(MORE);
  }

  private static boolean isAddressee(QueuedMessage digest, String address) {
    return digest.recipients().stream().anyMatch(to -> to.address().equalsIgnoreCase(address));
  }

  private static boolean isOpen(QueuedMessage digest, Instant now) {
    return digest.mark().equals(QueuedMessage.Mark.NONE)
        && digest.progress().lease() == null
        && digest.progress().attempts() == 0
        && digest.progress().due().isAfter(now);
  }

  private Outcome begin(String id, Addition addition, Instant due) {
    String to = addition.to();
    List<String> entries = List.of(addition.entry());
    List<Recipient> addressees = List.of(addressee(to));
    int octets = text(id, addressees, entries, due).length + GROWTH;
    var digest =
        new QueuedMessage(
            id,
            null,
            null,
            new Sender("", false, !Ascii.isPrintable(to), null, null),
            addressees,
            new Text(octets, 0, entries),
            null,
            due,
            new Progress(0, due, null, null, false),
            1,
            QueuedMessage.Mark.NONE);
    if (!table.put(digest)) {
      return Outcome.OVERTAKEN;
    }
    room.keep(digest);
    return Outcome.TOLD;
  }

  private static Recipient addressee(String to) {
    return new Recipient(to, null, null, Recipient.State.WAITING, null);
  }

  private Outcome extend(QueuedMessage digest, Addition addition) {
    QueuedMessage next = extended(digest, addition);
    if (!table.move(digest, next)) {
      return Outcome.OVERTAKEN;
    }
    room.remove(digest);
    room.keep(next);
    return Outcome.TOLD;
  }

  private static QueuedMessage extended(QueuedMessage digest, Addition addition) {
    int octets = digest.text().digest().stream().mapToInt(one -> one.getBytes(UTF_8).length).sum();
    boolean fits = octets + addition.entry().getBytes(UTF_8).length <= OCTETS;
    String entry = fits ? addition.entry() : MORE;
    var entries = new ArrayList<>(digest.text().digest());
    entries.add(entry);
    var addressees = new ArrayList<>(digest.recipients());
    if (!isAddressee(digest, addition.to())) {
      addressees.add(addressee(addition.to()));
    }
    int more = ReportText.stuffed(QuotedPrintable.of(entry.getBytes(UTF_8))).length();
    return digest.withDigest(addressees, new Text(digest.text().bytes() + more, 0, entries));
  }

  // --- What it says ------------------------------------------------------------------------------

  /** No two reports have the same. All that is everybody's business. */
  private static String title(Report.Kind kind, QueuedMessage about) {
    return "%s: message %s taken on %s, attempts %s\r\n"
        .formatted(
            kind.action,
            about.id(),
            MessageDate.of(about.acceptedAt()),
            Integer.toString(about.progress().attempts() + 1));
  }

  private static String entry(String title, QueuedMessage about, List<Recipient> recipients) {
    var entry = new StringBuilder(title);
    entry.append("  from <").append(about.sender().address()).append(">\r\n");
    int toNobody = entry.length();
    for (Recipient to : recipients) {
      entry.append("  to <").append(to.address()).append('>');
      if (to.reply() != null) {
        entry.append(": ").append(to.reply());
      }
      entry.append("\r\n");
    }
    if (entry.length() > OCTETS / 10) {
      entry.setLength(toNobody);
      entry.append("  to ").append(recipients.size()).append(" recipients\r\n");
    }
    return entry.toString();
  }

  /** The whole message, dot-stuffed, without the final dot. */
  byte[] text(QueuedMessage digest) {
    return text(digest.id(), digest.recipients(), digest.text().digest(), digest.acceptedAt());
  }

  private byte[] text(String id, List<Recipient> to, List<String> entries, Instant due) {
    boolean isShared = to.size() > 1;
    String body =
        "The mail relay "
            + names.hostname()
            + " has more to report than it sends in an hour, so here is the rest in one message."
            + (isShared ? " " + SHARED : "")
            + "\r\n\r\n"
            + entries.stream().map(one -> isShared ? titleOf(one) : one).collect(joining());
    String header =
        String.join(
            "\r\n",
            "From: Mail relay <" + names.bounceFrom() + ">",
            "To: " + (isShared ? "undisclosed-recipients:;" : only(to)),
            "Subject: " + subject(entries),
            "Date: " + MessageDate.of(due),
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

  private static String only(List<Recipient> to) {
    return "<" + ReportText.ascii(to.getFirst().address()) + ">";
  }

  private static String titleOf(String entry) {
    int end = entry.indexOf("\r\n");
    return end < 0 ? entry : entry.substring(0, end + 2);
  }

  private static String subject(List<String> entries) {
    int reports = entries.size();
    return entries.getLast().equals(MORE)
        ? "More than " + (reports - 1) + " reports beyond the hourly limit"
        : reports + (reports == 1 ? " report" : " reports") + " beyond the hourly limit";
  }
}
