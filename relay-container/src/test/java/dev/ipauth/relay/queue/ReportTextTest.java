package dev.ipauth.relay.queue;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ipauth.tables.QueuedMessage;
import dev.ipauth.tables.QueuedMessage.Recipient;
import dev.ipauth.tables.QueuedMessage.Sender;
import jakarta.mail.MessagingException;
import jakarta.mail.Session;
import jakarta.mail.internet.InternetHeaders;
import jakarta.mail.internet.MimeMessage;
import jakarta.mail.internet.MimeMultipart;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Reports, read back by Jakarta Mail. */
class ReportTextTest {
  private static final String HEADER =
      "From: scans@example.com\r\nSubject: a sc\u00e4n\r\n.dot: x\r\n";

  @Test
  void aFailureIsReadByAnotherReader() throws MessagingException, IOException {
    var to =
        new Recipient(
            "boss@example.net",
            "FAILURE",
            "rfc822;boss+2Bscans@example.net",
            Recipient.State.BOUNCED,
            "550 5.1.1 No such user here");
    MimeMessage read = read(report(Report.Kind.FAILED, about("a=5F+2B1", false), to));

    assertEquals("auto-replied", read.getHeader("Auto-Submitted", null));
    assertEquals("postmaster@relay.example.com", address(read.getFrom()));
    assertEquals("it@example.com", address(read.getAllRecipients()));
    assertTrue(read.getContentType().startsWith("multipart/report"), read.getContentType());
    var parts = (MimeMultipart) read.getContent();
    assertEquals(3, parts.getCount());
    assertTrue(text(parts, 0).contains("boss@example.net"), text(parts, 0));
    List<InternetHeaders> status = fields(parts);
    assertEquals("a=5F+1", status.get(0).getHeader("Original-Envelope-Id", null));
    assertEquals("dns; relay.example.com", status.get(0).getHeader("Reporting-MTA", null));
    InternetHeaders one = status.get(1);
    assertEquals("rfc822; boss+scans@example.net", one.getHeader("Original-Recipient", null));
    assertEquals("rfc822; boss@example.net", one.getHeader("Final-Recipient", null));
    assertEquals("failed", one.getHeader("Action", null));
    assertEquals("5.1.1", one.getHeader("Status", null));
    assertEquals("smtp; 550 5.1.1 No such user here", one.getHeader("Diagnostic-Code", null));
    assertEquals("text/rfc822-headers", parts.getBodyPart(2).getContentType());
    assertEquals(HEADER, text(parts, 2));
  }

  @Test
  void whatIsGivenUpHasRunOutOfTime() throws MessagingException, IOException {
    var to =
        new Recipient(
            "boss@example.net", null, null, Recipient.State.BOUNCED, "nothing happened in PT30S");
    MimeMessage read = read(report(Report.Kind.FAILED, about(null, false), to));

    assertEquals(
        "4.4.7", fields((MimeMultipart) read.getContent()).get(1).getHeader("Status", null));
  }

  @Test
  void anAddressThatIsNotAsciiHasItsOwnType() throws MessagingException, IOException {
    var to =
        new Recipient(
            "b\u00fccher@example.net", null, null, Recipient.State.BOUNCED, "550 5.6.7 No");
    byte[] report = report(Report.Kind.FAILED, about(null, true), to);
    MimeMessage read = read(report);

    assertFalse(new String(report, ISO_8859_1).chars().anyMatch(c -> c > 127));
    var parts = (MimeMultipart) read.getContent();
    assertEquals(
        "utf-8; b\\x{FC}cher@example.net", fields(parts).get(1).getHeader("Final-Recipient", null));
    assertEquals("message/global-headers", parts.getBodyPart(2).getContentType());
  }

  @Test
  void aDelaySaysHowLongItIsTried() throws MessagingException, IOException {
    var to =
        new Recipient(
            "boss@example.net",
            null,
            null,
            Recipient.State.WAITING,
            "451 4.4.1 " + "x ".repeat(400));
    byte[] report = report(Report.Kind.DELAYED, about(null, false), to);
    InternetHeaders one = fields((MimeMultipart) read(report).getContent()).get(1);

    assertEquals("delayed", one.getHeader("Action", null));
    assertEquals("4.4.1", one.getHeader("Status", null));
    assertEquals("Sun, 29 Nov 2026 10:00:00 +0000", one.getHeader("Will-Retry-Until", null));
    for (String line : new String(report, ISO_8859_1).split("\r\n", -1)) {
      assertTrue(line.length() <= 78, line);
    }
  }

  private static QueuedMessage about(@Nullable String envid, boolean utf8) {
    QueuedMessage message = Messages.to("boss@example.net");
    return new QueuedMessage(
        message.id(),
        message.accountId(),
        message.smtpUser(),
        new Sender("scans@example.com", false, utf8, null, envid),
        message.recipients(),
        message.text(),
        message.reportTo(),
        message.acceptedAt(),
        message.progress(),
        1,
        QueuedMessage.Mark.NONE);
  }

  private static byte[] report(Report.Kind kind, QueuedMessage about, Recipient to) {
    var report =
        new Report(
            kind,
            about,
            List.of(to),
            new String(HEADER.getBytes(UTF_8), ISO_8859_1),
            Messages.TAKEN.plusSeconds(90),
            Messages.TAKEN.plus(Duration.ofDays(2)));
    return ReportText.of(
        "relay.example.com", "postmaster@relay.example.com", "it@example.com", "r1", report);
  }

  private static MimeMessage read(byte[] stuffed) throws MessagingException {
    String text = new String(stuffed, ISO_8859_1).replaceAll("(?m)^\\.\\.", ".");
    return new MimeMessage(
        Session.getInstance(new Properties()), new ByteArrayInputStream(text.getBytes(ISO_8859_1)));
  }

  private static String address(jakarta.mail.Address[] addresses) {
    return ((jakarta.mail.internet.InternetAddress) addresses[0]).getAddress();
  }

  private static String text(MimeMultipart parts, int part) throws MessagingException, IOException {
    try (InputStream in = parts.getBodyPart(part).getInputStream()) {
      return new String(in.readAllBytes(), UTF_8);
    }
  }

  /** The groups of fields of the second part (RFC 3464 section 2.1). */
  private static List<InternetHeaders> fields(MimeMultipart parts)
      throws MessagingException, IOException {
    assertEquals("message/delivery-status", parts.getBodyPart(1).getContentType());
    var groups = new ArrayList<InternetHeaders>();
    for (String group : text(parts, 1).strip().split("\r\n\r\n", -1)) {
      var octets = (group + "\r\n\r\n").getBytes(UTF_8);
      groups.add(new InternetHeaders(new ByteArrayInputStream(octets)));
    }
    return groups;
  }
}
