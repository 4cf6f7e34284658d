package dev.ipauth.relay.smtp;

import dev.ipauth.relay.smtp.Event.What;
import java.math.BigInteger;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads the arguments of {@code MAIL} and {@code RCPT} (RFC 5321 section 4.1.1.2 and 4.1.1.3). */
final class EnvelopeParser {
  private static final Pattern PARAMETER =
      Pattern.compile("([A-Za-z0-9][A-Za-z0-9-]*)(?:=([^=\\p{Cc}\\p{Z}]+))?");
  private static final Pattern SIZE = Pattern.compile("\\d{1,20}");
  private static final Set<String> BODY = Set.of("7BIT", "8BITMIME");
  private static final Set<String> RET = Set.of("FULL", "HDRS");

  // RFC 3461 section 4. RFC 6533 section 3 has addresses that aren't ASCII, of their own type.
  private static final String XTEXT = "(?:[!-*,-<>-~]|\\+\\p{XDigit}{2})";
  private static final Pattern ENVID = Pattern.compile(XTEXT + "{1,100}");
  private static final Pattern ORCPT =
      Pattern.compile(
          "(?=.{1,500}$)(?:[A-Za-z0-9-]+;" + XTEXT + "+|(?i:utf-8);[^=+\\p{Cc}\\p{Z}]+)");
  private static final Pattern NOTIFY =
      Pattern.compile("(?i)NEVER|(?:SUCCESS|FAILURE|DELAY)(?:,(?:SUCCESS|FAILURE|DELAY)){0,2}");

  private EnvelopeParser() {}

  static Command mail(String argument) {
    Path path = Path.behind("FROM", argument);
    if (path == null) {
      return malformed(What.MAIL, "Say MAIL FROM:<address>");
    }
    String fault = path.address().isEmpty() ? null : Mailbox.fault(path.address());
    if (fault != null) {
      return new Command.Malformed(What.MAIL, Replies.badSender(fault));
    }
    var parameters = parameters(path.rest());
    return parameters == null ? unknown(What.MAIL) : mail(path, parameters);
  }

  private static Command mail(Path path, Map<String, String> parameters) {
    String size = parameters.remove("SIZE");
    String body = parameters.remove("BODY");
    String utf8 = parameters.remove("SMTPUTF8");
    String ret = parameters.remove("RET");
    String envid = parameters.remove("ENVID");
    parameters.remove(
        "AUTH"); // RFC 4954 section 5: who submitted it first is nobody's business here
    if (!parameters.isEmpty()) {
      return unknown(What.MAIL);
    }
    boolean wellFormed =
        (size == null || SIZE.matcher(size).matches())
            && (body == null || BODY.contains(upper(body)))
            && (utf8 == null || utf8.isEmpty())
            && (ret == null || RET.contains(upper(ret)))
            && (envid == null || ENVID.matcher(envid).matches());
    if (!wellFormed) {
      return malformed(What.MAIL, "A parameter of MAIL has a bad value");
    }
    return new Command.Mail(
        new MailFrom(
            path.address(),
            size == null ? -1 : octets(size),
            "8BITMIME".equals(upper(body)),
            utf8 != null,
            ret == null ? null : upper(ret),
            envid));
  }

  /** RFC 1870 section 3 has twenty digits, which is more than anybody can send. */
  private static long octets(String size) {
    return new BigInteger(size).min(BigInteger.valueOf(Long.MAX_VALUE)).longValue();
  }

  static Command rcpt(String argument) {
    Path path = Path.behind("TO", argument);
    if (path == null) {
      return malformed(What.RECIPIENT, "Say RCPT TO:<address>");
    }
    String fault = Mailbox.isPostmaster(path.address()) ? null : Mailbox.fault(path.address());
    if (fault != null) {
      return new Command.Malformed(What.RECIPIENT, Replies.badRecipient(fault));
    }
    var parameters = parameters(path.rest());
    return parameters == null ? unknown(What.RECIPIENT) : rcpt(path, parameters);
  }

  private static Command rcpt(Path path, Map<String, String> parameters) {
    String notify = parameters.remove("NOTIFY");
    String orcpt = parameters.remove("ORCPT");
    if (!parameters.isEmpty()) {
      return unknown(What.RECIPIENT);
    }
    boolean wellFormed =
        (notify == null || NOTIFY.matcher(notify).matches())
            && (orcpt == null || ORCPT.matcher(orcpt).matches());
    return wellFormed
        ? new Command.Rcpt(new RcptTo(path.address(), notify, orcpt))
        : malformed(What.RECIPIENT, "A parameter of RCPT has a bad value");
  }

  /** By upper-case name; an absent value is empty. Null when one can't be read or comes twice. */
  private static @Nullable Map<String, String> parameters(String text) {
    var parameters = new HashMap<String, String>();
    for (String word : text.isEmpty() ? new String[0] : text.split(Blank.SOME)) {
      var parameter = PARAMETER.matcher(word);
      if (!parameter.matches()) {
        return null;
      }
      String value = parameter.group(2);
      if (parameters.put(upper(parameter.group(1)), value == null ? "" : value) != null) {
        return null;
      }
    }
    return parameters;
  }

  private static String upper(@Nullable String text) {
    return text == null ? "" : text.toUpperCase(Locale.ROOT);
  }

  private static Command unknown(What what) {
    return new Command.Malformed(what, Replies.unknownParameter());
  }

  private static Command malformed(What what, String why) {
    return new Command.Malformed(what, Replies.syntax(why));
  }
}
