package dev.ipauth.relay.smtp;

import dev.ipauth.tables.EmailAddress;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What stands behind {@code FROM:} or {@code TO:}, taken apart but not judged: {@link Mailbox} says
 * whether the address is one.
 *
 * @param address without angle brackets, a name before them, and a source route; may be empty
 * @param rest the parameters
 */
record Path(String address, String rest) {
  /** A name as devices put it before an address in angle brackets: no character of an address's. */
  private static final Pattern NAMED =
      Pattern.compile("(?:\"[^\"<>@\\\\\\p{Cc}]*\"[ \\t]*|[^\"<>@,:;()\\\\\\p{Cc}]*)(<[^<>]*>)");

  /** One server of a source route, and what stands behind it. */
  private static final Pattern HOP = Pattern.compile("@(\\[[^\\[\\]]*]|[^@\\[\\],:]*)([,:])");

  /** A parameter where the address belongs: of the null sender, by a device that writes nothing. */
  private static final Pattern PARAMETER =
      Pattern.compile("(?:SIZE|BODY|RET|ENVID|AUTH)=[^@ \\t]*", Pattern.CASE_INSENSITIVE);

  /** Reads what follows this word and a colon; null when there is no such word. */
  static @Nullable Path behind(String word, String argument) {
    if (!argument.regionMatches(true, 0, word, 0, word.length())) {
      return null;
    }
    String rest = Blank.strip(argument.substring(word.length()));
    return rest.startsWith(":") ? read(Blank.strip(rest.substring(1))) : null;
  }

  private static Path read(String text) {
    return text.startsWith("<") ? bracketed(text) : bare(text);
  }

  /** {@code a@b}, with nothing around it; {@code Name <a@b>}; or nothing before parameters. */
  private static Path bare(String text) {
    int end = Blank.indexIn(text);
    String first = text.substring(0, end);
    if (PARAMETER.matcher(first).matches()) {
      return new Path("", text);
    }
    var named = NAMED.matcher(text);
    if (named.lookingAt()) {
      return bracketed(text.substring(named.start(1)));
    }
    return new Path(first, Blank.strip(text.substring(end)));
  }

  /** {@code <a@b>}, {@code <Name <a@b>>}, and either with a semicolon behind it. */
  private static Path bracketed(String text) {
    var named = NAMED.matcher(text).region(1, text.length());
    boolean twice =
        text.indexOf('<', 1) > 0 && named.lookingAt() && text.startsWith(">", named.end());
    int from = twice ? named.start(1) + 1 : 1;
    int end = twice ? named.end() - 1 : closing(text);
    int behind = twice ? named.end() + 1 : end + 1;
    if (end < 0) {
      return new Path(text, "");
    }
    String rest = text.substring(text.startsWith(";", behind) ? behind + 1 : behind);
    if (!rest.isEmpty() && !Blank.is(rest.charAt(0))) {
      return new Path(text, "");
    }
    return new Path(withoutRoute(Blank.strip(text.substring(from, end))), Blank.strip(rest));
  }

  /** The index of the bracket that ends the address; one within quotes doesn't. */
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

  /**
   * RFC 5321 appendix C: a source route is accepted and ignored. What is none, or has no address
   * behind it, stays and makes no address.
   */
  private static String withoutRoute(String address) {
    if (!address.startsWith("@")) {
      return address;
    }
    var hop = HOP.matcher(address);
    int at = 0;
    while (hop.region(at, address.length()).lookingAt() && isDomain(hop.group(1))) {
      at = hop.end();
      if (hop.group(2).equals(":")) {
        return at < address.length() ? address.substring(at) : address;
      }
    }
    return address;
  }

  private static boolean isDomain(String text) {
    try {
      EmailAddress.canonicalDomain(text);
      return true;
    } catch (IllegalArgumentException _) {
      return false;
    }
  }
}
