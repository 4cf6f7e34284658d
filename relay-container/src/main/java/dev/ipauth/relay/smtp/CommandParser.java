package dev.ipauth.relay.smtp;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.ipauth.relay.smtp.Event.What;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads one line as a {@link Command}. Lenient where devices are (spaces, missing brackets, lower
 * case), strict in what it lets through: no address or parameter that it returns holds a control
 * character, so nothing that a device sends can become a second command at the next hop.
 */
final class CommandParser {
  private static final Pattern HTTP_REQUEST =
      Pattern.compile("[A-Z]{3,10} \\S+ HTTP/\\d.*", Pattern.DOTALL);
  private static final Pattern CHUNK = Pattern.compile("(\\d{1,18})(?:" + Blank.SOME + "(LAST))?");
  private static final Pattern MECHANISM = Pattern.compile("[A-Z0-9_-]{1,20}");
  private static final Pattern RESPONSE = Pattern.compile("[!-~]+");

  private static final Command UNKNOWN =
      new Command.Malformed(What.CONNECTION, Replies.UNKNOWN_COMMAND);
  private static final Command NUL = new Command.Malformed(What.CONNECTION, Replies.NUL_IN_COMMAND);

  /** Without a size nobody can tell where the next command begins: the connection can't go on. */
  private static final Command UNREADABLE_BDAT =
      new Command.Unreadable(Replies.syntax("Say BDAT with a size, and LAST with the last one"));

  private static final Command HTTP = new Command.Foreign("http");

  private CommandParser() {}

  /**
   * @param line without its line end
   */
  static Command parse(byte[] line) {
    for (byte octet : line) {
      if (octet == 0) {
        return isBdat(line) ? UNREADABLE_BDAT : NUL;
      }
    }
    String text = Blank.strip(withoutCrs(new String(line, UTF_8)));
    int blank = Blank.indexIn(text);
    Command command =
        parse(upperCase(text.substring(0, blank)), Blank.strip(text.substring(blank)));
    return command == null ? unknown(text) : command;
  }

  /**
   * @param beginning of a line that is too long
   */
  static Command overlong(byte[] beginning) {
    return isBdat(beginning) ? UNREADABLE_BDAT : new Command.Overlong();
  }

  /** Whether it was to be one, whatever else is in it. */
  private static boolean isBdat(byte[] line) {
    String text = Blank.strip(new String(line, UTF_8).replace("\0", ""));
    return upperCase(text.substring(0, Blank.indexIn(text))).equals("BDAT");
  }

  /** There are devices that end a line in CR CR LF. */
  private static String withoutCrs(String line) {
    int end = line.length();
    while (end > 0 && line.charAt(end - 1) == '\r') {
      end--;
    }
    return line.substring(0, end);
  }

  /**
   * @return null when there is no such verb
   */
  private static @Nullable Command parse(String verb, String argument) {
    return switch (verb) {
      case "HELO" -> new Command.Hello(false, argument);
      case "EHLO" -> new Command.Hello(true, argument);
      case "MAIL" -> EnvelopeParser.mail(argument);
      case "RCPT" -> EnvelopeParser.rcpt(argument);
      case "DATA" -> alone(argument, new Command.Data());
      case "BDAT" -> bdat(argument);
      case "RSET" -> alone(argument, new Command.Rset());
      case "QUIT" -> alone(argument, new Command.Quit());
      case "STARTTLS" -> alone(argument, new Command.StartTls());
      case "AUTH" -> auth(argument);
      case "NOOP" -> new Command.Noop();
      case "VRFY" -> new Command.Vrfy();
      case "EXPN" -> new Command.Expn();
      case "HELP" -> new Command.Help();
      default -> null;
    };
  }

  private static Command unknown(String text) {
    return HTTP_REQUEST.matcher(text).matches() ? HTTP : UNKNOWN;
  }

  private static Command alone(String argument, Command command) {
    return argument.isEmpty()
        ? command
        : new Command.Malformed(What.CONNECTION, Replies.syntax("This command takes no argument"));
  }

  private static Command bdat(String argument) {
    var chunk = CHUNK.matcher(upperCase(argument));
    return chunk.matches()
        ? new Command.Bdat(Long.parseLong(chunk.group(1)), chunk.group(2) != null)
        : UNREADABLE_BDAT;
  }

  private static Command auth(String argument) {
    String[] words = argument.split(Blank.SOME, 3);
    String mechanism = upperCase(words[0]);
    if (words.length > 2 || !MECHANISM.matcher(mechanism).matches()) {
      return new Command.Malformed(What.CONNECTION, Replies.syntax("Say AUTH with a mechanism"));
    }
    if (words.length == 2 && !RESPONSE.matcher(words[1]).matches()) {
      return new Command.Malformed(What.CONNECTION, Replies.AUTH_MALFORMED);
    }
    return new Command.Auth(mechanism, words.length == 2 ? words[1] : null);
  }

  /** Only of ASCII: a dotless i is no I, and no verb holds one. */
  private static String upperCase(String text) {
    return Ascii.is(text) ? text.toUpperCase(Locale.ROOT) : text;
  }
}
