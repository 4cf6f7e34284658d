package dev.ipauth.local.sink;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** One client's conversation with the sink: RFC 5321, and every recipient is welcome. */
final class SinkSession {
  private static final Pattern VERB = Pattern.compile("([A-Za-z]{4})(?: (.*))?", Pattern.DOTALL);
  private static final Pattern MAIL = Pattern.compile("(?i)FROM:<([^<> ]*)>((?: [^ ]+)*)");
  private static final Pattern RCPT = Pattern.compile("(?i)TO:<([^<> ]+)>");
  private static final Pattern SIZE = Pattern.compile("(?i).* SIZE=(\\d{1,18})(?: .*)?");
  private static final Pattern KNOWN_PARAMETERS =
      Pattern.compile("(?i)(?: SIZE=\\d{1,18}| BODY=(?:7BIT|8BITMIME)| SMTPUTF8)*");

  private final Wire wire;
  private final Mailbox mailbox;
  private boolean greeted;
  private @Nullable String mailFrom;
  private List<String> recipients = new ArrayList<>();

  SinkSession(Wire wire, Mailbox mailbox) {
    this.wire = wire;
    this.mailbox = mailbox;
  }

  /** Returns when the client has said QUIT. */
  void converse() throws IOException {
    wire.say("220 sink.invalid ESMTP keeps what you send");
    boolean more = true;
    while (more) {
      Matcher command = VERB.matcher(wire.readCommand());
      String verb = command.matches() ? command.group(1).toUpperCase(Locale.ROOT) : "";
      String argument = verb.isEmpty() || command.group(2) == null ? "" : command.group(2);
      wire.say(reply(verb, argument));
      more = !verb.equals("QUIT");
    }
  }

  private String reply(String verb, String argument) throws IOException {
    return switch (verb) {
      case "EHLO" -> greet(extensions());
      case "HELO" -> greet("250 sink.invalid");
      case "MAIL" -> mail(argument);
      case "RCPT" -> rcpt(argument);
      case "DATA" -> data();
      case "RSET" -> reset("250 2.0.0 Forgotten");
      case "NOOP" -> "250 2.0.0 OK";
      case "VRFY" -> "252 2.5.0 Everybody is welcome";
      case "QUIT" -> "221 2.0.0 Bye";
      default -> "500 5.5.1 No such command here";
    };
  }

  private String extensions() {
    return String.join(
        "\r\n",
        "250-sink.invalid",
        "250-PIPELINING",
        "250-SIZE " + mailbox.maxBytes(),
        "250-8BITMIME",
        "250-SMTPUTF8",
        "250 ENHANCEDSTATUSCODES");
  }

  private String greet(String reply) {
    greeted = true;
    return reset(reply);
  }

  private String reset(String reply) {
    mailFrom = null;
    recipients = new ArrayList<>();
    return reply;
  }

  private String mail(String argument) {
    Matcher mail = MAIL.matcher(argument);
    if (!greeted || mailFrom != null) {
      return "503 5.5.1 MAIL comes after EHLO, and once";
    }
    if (!mail.matches()) {
      return "501 5.5.4 Write MAIL FROM:<address>";
    }
    if (!KNOWN_PARAMETERS.matcher(mail.group(2)).matches()) {
      return "555 5.5.4 A parameter of an extension that wasn't offered";
    }
    if (announcedSize(mail.group(2)) > mailbox.maxBytes()) {
      return "552 5.3.4 More than fits in here";
    }
    mailFrom = mail.group(1);
    return "250 2.1.0 OK";
  }

  private static long announcedSize(String parameters) {
    Matcher size = SIZE.matcher(parameters);
    return size.matches() ? Long.parseLong(size.group(1)) : 0;
  }

  private String rcpt(String argument) {
    Matcher rcpt = RCPT.matcher(argument);
    if (mailFrom == null) {
      return "503 5.5.1 RCPT comes after MAIL";
    }
    if (!rcpt.matches()) {
      return "501 5.5.4 Write RCPT TO:<address>";
    }
    recipients.add(rcpt.group(1));
    return "250 2.1.5 OK";
  }

  private String data() throws IOException {
    if (mailFrom == null || recipients.isEmpty()) {
      return "503 5.5.1 DATA comes after RCPT";
    }
    wire.say("354 Go ahead, end with <CRLF>.<CRLF>");
    byte[] message = wire.readMessage(mailbox.maxBytes());
    return message == null
        ? reset("552 5.3.4 More than fits in here")
        : reset("250 2.0.0 Kept as " + mailbox.keep(mailFrom, recipients, message));
  }
}
