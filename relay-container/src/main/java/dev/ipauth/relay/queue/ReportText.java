package dev.ipauth.relay.queue;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.ipauth.relay.message.MessageDate;
import dev.ipauth.tables.QueuedMessage;
import dev.ipauth.tables.QueuedMessage.Recipient;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Writes a report as a message: {@code multipart/report} (RFC 6522) of a text for people, a {@code
 * message/delivery-status} (RFC 3464, and RFC 6533 for addresses that aren't ASCII) and the
 * original's header. All of it is seven-bit, so any next hop takes it.
 */
final class ReportText {
  private static final int LINE = 76;
  private static final Pattern ENHANCED =
      Pattern.compile("\\d{3} ([245]\\.\\d{1,3}\\.\\d{1,3})\\b.*");
  private static final Pattern XTEXT = Pattern.compile("\\+([0-9A-F]{2})");
  private static final String DELIVERY_TIME_EXPIRED = "4.4.7";

  private final String hostname;
  private final String from;
  private final Report report;
  private final StringBuilder text = new StringBuilder(4096);

  private ReportText(String hostname, String from, Report report) {
    this.hostname = hostname;
    this.from = from;
    this.report = report;
  }

  /**
   * The whole message, dot-stuffed, without the final dot.
   *
   * @param hostname {@code RELAY_HOSTNAME}
   * @param from {@code BOUNCE_FROM}
   * @param to whom it goes to
   * @param id the report's own transaction
   */
  static byte[] of(String hostname, String from, String to, String id, Report report) {
    var writer = new ReportText(hostname, from, report);
    writer.header(to, id);
    String boundary = "=_" + id;
    writer.part(boundary, "text/plain; charset=utf-8", "quoted-printable");
    writer.text.append(QuotedPrintable.of(writer.forPeople().getBytes(UTF_8)));
    writer.part(boundary, "message/delivery-status", "7bit");
    writer.status();
    boolean utf8 = report.about().sender().utf8();
    writer.part(
        boundary, utf8 ? "message/global-headers" : "text/rfc822-headers", "quoted-printable");
    writer.text.append(QuotedPrintable.of(report.header().getBytes(ISO_8859_1)));
    writer.line("");
    writer.line("--" + boundary + "--");
    return stuffed(writer.text).getBytes(ISO_8859_1);
  }

  private void header(String to, String id) {
    line("From: Mail relay <" + from + ">");
    line("To: <" + ascii(to) + ">");
    line("Subject: " + subject());
    line("Date: " + MessageDate.of(report.at()));
    line("Message-ID: <" + id + "@" + hostname + ">");
    line("Auto-Submitted: auto-replied");
    line("MIME-Version: 1.0");
    line("Content-Type: multipart/report; report-type=delivery-status;");
    line(" boundary=\"=_" + id + "\"");
    line("");
    line("This is a report about a message (RFC 3464).");
  }

  private String subject() {
    return switch (report.kind()) {
      case FAILED ->
          "Not delivered: your message of " + MessageDate.of(report.about().acceptedAt());
      case DELAYED -> "Delayed: your message of " + MessageDate.of(report.about().acceptedAt());
      case RELAYED -> "Passed on: your message of " + MessageDate.of(report.about().acceptedAt());
    };
  }

  private void part(String boundary, String type, String encoding) {
    line("");
    line("--" + boundary);
    line("Content-Type: " + type);
    line("Content-Transfer-Encoding: " + encoding);
    line("");
  }

  // --- For people --------------------------------------------------------------------------------

  private String forPeople() {
    var words = new StringBuilder();
    words.append(
        switch (report.kind()) {
          case FAILED ->
              """
              The mail relay %s couldn't deliver a message. It won't be tried again.
              """;
          case DELAYED ->
              """
              The mail relay %s hasn't been able to deliver a message yet. It goes on trying
              until %s; there is nothing you need to do.
              """;
          case RELAYED ->
              """
              The mail relay %s has handed a message to the next mail server, which doesn't
              report deliveries. You may hear no more about it.
              """;
        });
    var body =
        new StringBuilder(
            words
                .toString()
                .formatted(hostname, MessageDate.of(report.until()))
                .replace("\n", "\r\n"));
    body.append("\r\nRecipients:\r\n");
    report.recipients().forEach(to -> body.append(person(to)));
    body.append("\r\nThe message:\r\n")
        .append("  taken on ")
        .append(MessageDate.of(report.about().acceptedAt()))
        .append("\r\n")
        .append("  sender   <")
        .append(report.about().sender().address())
        .append(">\r\n")
        .append("  id       ")
        .append(report.about().id())
        .append("\r\n");
    return body.toString();
  }

  private static String person(Recipient to) {
    String said = to.reply() == null ? "" : "\r\n    the next mail server said: " + to.reply();
    return "  <" + to.address() + ">" + said + "\r\n";
  }

  // --- For programs ------------------------------------------------------------------------------

  private void status() {
    QueuedMessage about = report.about();
    String envid = about.sender().envid();
    if (envid != null) {
      field("Original-Envelope-Id", decoded(envid));
    }
    field("Reporting-MTA", "dns; " + hostname);
    field("Arrival-Date", MessageDate.of(about.acceptedAt()));
    report.recipients().forEach(this::status);
  }

  private void status(Recipient to) {
    line("");
    String orcpt = to.orcpt();
    if (orcpt != null) {
      field("Original-Recipient", original(orcpt));
    }
    field("Final-Recipient", typed(to.address()));
    field("Action", report.kind().action);
    field("Status", code(to));
    String reply = to.reply();
    if (reply != null) {
      field("Diagnostic-Code", "smtp; " + ascii(reply));
    }
    field("Last-Attempt-Date", MessageDate.of(report.at()));
    if (report.kind() == Report.Kind.DELAYED) {
      field("Will-Retry-Until", MessageDate.of(report.until()));
    }
  }

  /** RFC 3463: the next hop's own where it said one. */
  private String code(Recipient to) {
    String reply = to.reply() == null ? "" : to.reply();
    Matcher enhanced = ENHANCED.matcher(reply);
    if (report.kind() == Report.Kind.RELAYED) {
      return "2.0.0";
    }
    if (enhanced.matches()) {
      return enhanced.group(1);
    }
    if (reply.startsWith("5")) {
      return "5.0.0";
    }
    return report.kind() == Report.Kind.FAILED ? DELIVERY_TIME_EXPIRED : "4.0.0";
  }

  /** RFC 3461 section 4.2 wrote it in xtext; a report has it plain (RFC 3464 section 2.3.1). */
  private static String original(String orcpt) {
    int separator = orcpt.indexOf(';');
    return separator < 0
        ? typed(decoded(orcpt))
        : orcpt.substring(0, separator) + "; " + ascii(decoded(orcpt.substring(separator + 1)));
  }

  private static String decoded(String xtext) {
    String plain =
        XTEXT
            .matcher(xtext)
            .replaceAll(
                code ->
                    Matcher.quoteReplacement(
                        String.valueOf((char) Integer.parseInt(code.group(1), 16))));
    return ascii(plain.replaceAll("\\p{Cntrl}", "?"));
  }

  /** RFC 6533 section 3: an address that isn't ASCII has a type of its own, and is escaped. */
  private static String typed(String address) {
    return address.chars().allMatch(c -> c < 128)
        ? "rfc822; " + address
        : "utf-8; " + ascii(address);
  }

  /** Characters beyond ASCII as RFC 6533's {@code \x{…}}. */
  static String ascii(String value) {
    var plain = new StringBuilder(value.length());
    value
        .codePoints()
        .forEach(
            c -> {
              if (c >= ' ' && c < 127) {
                plain.append((char) c);
              } else {
                plain
                    .append("\\x{")
                    .append(Integer.toHexString(c).toUpperCase(Locale.ROOT))
                    .append('}');
              }
            });
    return plain.toString();
  }

  // --- Lines -------------------------------------------------------------------------------------

  private void field(String name, String value) {
    line(folded(name + ": " + value));
  }

  /** At spaces, so that no line is longer than one may be (RFC 5322 section 2.1.1). */
  private static String folded(String line) {
    var folded = new StringBuilder(line.length() + 16);
    int start = 0;
    while (line.length() - start > LINE) {
      int space = line.lastIndexOf(' ', start + LINE);
      int end = space > start + 1 ? space : line.indexOf(' ', start + LINE);
      if (end < 0) {
        break;
      }
      folded.append(line, start, end).append("\r\n");
      start = end;
    }
    return folded.append(line, start, line.length()).toString();
  }

  private void line(String line) {
    text.append(line).append("\r\n");
  }

  static String stuffed(CharSequence text) {
    return text.toString().replaceAll("(?m)^\\.", "..");
  }
}
