package dev.ipauth.relay.smtp;

import static java.nio.charset.StandardCharsets.UTF_8;

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
  private static final Pattern SIZE = Pattern.compile("\\d{1,18}");
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

  private static final int LONGEST_ADDRESS = 512;

  private EnvelopeParser() {}

  static Command mail(String argument) {
    Path path = Path.behind("FROM", argument);
    if (path == null) {
      return malformed("Say MAIL FROM:<address>");
    }
    var parameters = parameters(path.rest());
    return parameters == null ? unknown() : mail(path, parameters);
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
      return unknown();
    }
    boolean wellFormed =
        (size == null || SIZE.matcher(size).matches())
            && (body == null || BODY.contains(upper(body)))
            && (utf8 == null || utf8.isEmpty())
            && (ret == null || RET.contains(upper(ret)))
            && (envid == null || ENVID.matcher(envid).matches());
    if (!wellFormed) {
      return malformed("A parameter of MAIL has a bad value");
    }
    return new Command.Mail(
        new MailFrom(
            path.address(),
            size == null ? -1 : Long.parseLong(size),
            "8BITMIME".equals(upper(body)),
            utf8 != null,
            ret == null ? null : upper(ret),
            envid));
  }

  static Command rcpt(String argument) {
    Path path = Path.behind("TO", argument);
    if (path == null || path.address().isEmpty()) {
      return malformed("Say RCPT TO:<address>");
    }
    var parameters = parameters(path.rest());
    return parameters == null ? unknown() : rcpt(path, parameters);
  }

  private static Command rcpt(Path path, Map<String, String> parameters) {
    String notify = parameters.remove("NOTIFY");
    String orcpt = parameters.remove("ORCPT");
    if (!parameters.isEmpty()) {
      return unknown();
    }
    boolean wellFormed =
        (notify == null || NOTIFY.matcher(notify).matches())
            && (orcpt == null || ORCPT.matcher(orcpt).matches());
    return wellFormed
        ? new Command.Rcpt(new RcptTo(path.address(), notify, orcpt))
        : malformed("A parameter of RCPT has a bad value");
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

  private static Command unknown() {
    return new Command.Malformed(Replies.unknownParameter());
  }

  private static Command malformed(String what) {
    return new Command.Malformed(Replies.syntax(what));
  }

  /**
   * An address and what stands behind it.
   *
   * @param address without angle brackets and without a source route
   */
  private record Path(String address, String rest) {

    /** Reads what follows this word and a colon; null when it can't be read. */
    static @Nullable Path behind(String word, String argument) {
      if (!argument.regionMatches(true, 0, word, 0, word.length())) {
        return null;
      }
      String rest = Blank.strip(argument.substring(word.length()));
      return rest.startsWith(":") ? read(Blank.strip(rest.substring(1))) : null;
    }

    private static @Nullable Path read(String text) {
      boolean bracketed = text.startsWith("<");
      int end = bracketed ? closing(text) : Blank.indexIn(text);
      if (end < 0 || text.isEmpty()) {
        return null;
      }
      String address = withoutRoute(Blank.strip(text.substring(bracketed ? 1 : 0, end)));
      String rest = text.substring(bracketed ? end + 1 : end);
      boolean separated = rest.isEmpty() || Blank.is(rest.charAt(0));
      // What is left of two routes would be a route again, at the next hop.
      boolean routed = address.startsWith("@");
      return separated && !routed && isSafe(address) ? new Path(address, Blank.strip(rest)) : null;
    }

    /** The index of the {@code >} that isn't inside a quoted string, or -1. */
    private static int closing(String text) {
      boolean quoted = false;
      for (int i = 1; i < text.length(); i++) {
        char c = text.charAt(i);
        if (quoted && c == '\\') {
          i++;
        } else if (c == '"') {
          quoted = !quoted;
        } else if (c == '>' && !quoted) {
          return i;
        }
      }
      return -1;
    }

    /** RFC 5321 appendix C: a source route is accepted and ignored. */
    private static String withoutRoute(String address) {
      int colon = address.indexOf(':');
      boolean routed = address.startsWith("@") && colon > 0;
      return routed ? address.substring(colon + 1) : address;
    }

    /** Whether it can stand between angle brackets at the next hop and nowhere end early. */
    private static boolean isSafe(String address) {
      boolean quoted = false;
      for (int i = 0; i < address.length(); i++) {
        char c = address.charAt(i);
        if (Character.isISOControl(c) || c == '\uFFFD' || c == '\u2028' || c == '\u2029') {
          return false;
        }
        if (quoted && c == '\\') {
          i++;
          if (i == address.length() || Character.isISOControl(address.charAt(i))) {
            return false;
          }
        } else if (c == '"') {
          quoted = !quoted;
        } else if (!quoted && (c == '<' || c == '>' || Character.isWhitespace(c))) {
          return false;
        }
      }
      return !quoted && address.getBytes(UTF_8).length <= LONGEST_ADDRESS;
    }
  }
}
