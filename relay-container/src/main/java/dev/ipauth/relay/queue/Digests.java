package dev.ipauth.relay.queue;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.ipauth.relay.message.MessageDate;
import dev.ipauth.tables.QueuedMessage;
import dev.ipauth.tables.QueuedMessage.Recipient;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What is beyond the reports of an hour: one message at the hour's end with a line for each. It is
 * in memory until then, and goes out early when the relay ends. Thread-safe.
 */
final class Digests {
  /** Of all digests together; what is beyond is only counted. */
  private static final int LINES = 10_000;

  private final Map<For, Digest> digests = new HashMap<>();
  private int lines;

  private record For(String smtpUser, String to) {}

  private static final class Digest {
    final Instant due;
    final List<String> lines = new ArrayList<>();
    int reports;

    Digest(Instant due) {
      this.due = due;
    }
  }

  /**
   * A digest as it goes out.
   *
   * @param reports how many it stands for
   */
  record Ready(String to, int reports, List<String> lines) {
    Ready {
      lines = List.copyOf(lines);
    }
  }

  /** Puts one more report into a digest. */
  synchronized void add(
      Report.Kind kind,
      QueuedMessage about,
      List<Recipient> recipients,
      String to,
      Instant hourEnds) {
    var digest =
        digests.computeIfAbsent(
            new For(String.valueOf(about.smtpUser()), to), _ -> new Digest(hourEnds));
    digest.reports++;
    for (Recipient one : recipients) {
      if (lines < LINES) {
        lines++;
        digest.lines.add(line(kind, about, one));
      }
    }
  }

  private static String line(Report.Kind kind, QueuedMessage about, Recipient to) {
    return "%s: <%s>, from <%s>, taken on %s, id %s%s"
        .formatted(
            kind.action,
            to.address(),
            about.sender().address(),
            MessageDate.of(about.acceptedAt()),
            about.id(),
            to.reply() == null ? "" : "\r\n  the next mail server said: " + to.reply());
  }

  /** Takes out those whose hour is over. */
  synchronized List<Ready> take(Instant now) {
    var ready = new ArrayList<Ready>();
    digests
        .entrySet()
        .removeIf(
            one -> {
              Digest digest = one.getValue();
              boolean isDue = !digest.due.isAfter(now);
              if (isDue) {
                lines -= digest.lines.size();
                ready.add(new Ready(one.getKey().to(), digest.reports, digest.lines));
              }
              return isDue;
            });
    return ready;
  }

  /** The whole message, dot-stuffed, without the final dot. */
  static byte[] text(Ready digest, Reports.Names names, String id, Instant now) {
    var body = new StringBuilder();
    body.append(
        "The mail relay %s has more to report than it sends in an hour, so here it is in one.\r\n\r\n"
            .formatted(names.hostname()));
    digest.lines().forEach(line -> body.append(line).append("\r\n"));
    if (digest.lines().isEmpty()) {
      body.append("There was no room for a line for each; the message log has them all.\r\n");
    }
    String header =
        String.join(
            "\r\n",
            "From: Mail relay <" + names.bounceFrom() + ">",
            "To: <" + ReportText.ascii(digest.to()) + ">",
            "Subject: " + digest.reports() + " more messages with something to report",
            "Date: " + MessageDate.of(now),
            "Message-ID: <" + id + "@" + names.hostname() + ">",
            "Auto-Submitted: auto-replied",
            "MIME-Version: 1.0",
            "Content-Type: text/plain; charset=utf-8",
            "Content-Transfer-Encoding: quoted-printable",
            "",
            "");
    String text = header + QuotedPrintable.of(body.toString().getBytes(UTF_8)) + "\r\n";
    return ReportText.stuffed(text).getBytes(ISO_8859_1);
  }
}
