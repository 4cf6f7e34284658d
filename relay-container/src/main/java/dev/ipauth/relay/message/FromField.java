package dev.ipauth.relay.message;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads the addresses of a {@code From} field: the part of RFC 5322's mailbox list, with groups and
 * RFC 6532's UTF-8, that no two readers of mail read differently. Left out on purpose are routes,
 * quoted local parts, backslashes, nested comments, and space or comments within an address: no
 * device writes them, and lenient readers lose their way in each.
 */
final class FromField {
  private static final String UNSEEN = "\\\\\\p{Zl}\\p{Zp}[\\p{Cc}&&[^\\t]]";
  private static final String ATEXT = "A-Za-z0-9!#$%&'*+/=?^_`{|}~.\\-";
  private static final String NOT_ASCII = "[\\p{L}\\p{M}\\p{N}&&[^\\x00-\\x7f]]";

  private static final Pattern SPACE = Pattern.compile("[ \\t]+");
  private static final Pattern COMMENT = Pattern.compile("\\([^()<>@\"" + UNSEEN + "]*\\)");
  private static final Pattern QUOTED = Pattern.compile("\"[^\"<>" + UNSEEN + "]*\"");
  private static final Pattern WORD = Pattern.compile("[^()<>\\[\\]:;@,\" \\t" + UNSEEN + "]+");

  /** No encoded word in it: there are readers that decode one wherever it stands. */
  private static final Pattern ADDRESS =
      Pattern.compile(
          ("(?![^@]*=\\?)[" + ATEXT + NOT_ASCII + "]{1,64}")
              + ("@[A-Za-z0-9._\\-" + NOT_ASCII + "]{1,253}"));

  private static final Pattern OPEN = Pattern.compile("<[ \\t]*");
  private static final Pattern CLOSE = Pattern.compile("[ \\t]*>");
  private static final Pattern COLON = Pattern.compile(":");
  private static final Pattern SEMICOLON = Pattern.compile(";");
  private static final Pattern COMMA = Pattern.compile(",");

  private final Matcher rest;
  private String taken = "";
  private final List<String> addresses = new ArrayList<>();

  private FromField(String body) {
    rest = SPACE.matcher(body);
  }

  /** The addresses, at least one; nothing when they aren't certain. */
  static Optional<List<String>> addresses(String body) {
    var field = new FromField(body);
    boolean certain = field.list(true) && field.isAtEnd() && !field.addresses.isEmpty();
    return certain ? Optional.of(List.copyOf(field.addresses)) : Optional.empty();
  }

  private boolean list(boolean groups) {
    boolean read;
    do {
      read = mailbox() || (groups && group());
    } while (read && take(COMMA));
    return read;
  }

  /** An address, or a name and an address in angle brackets; taken whole or not at all. */
  private boolean mailbox() {
    int start = rest.regionStart();
    space();
    boolean read = address();
    if (!read) {
      words();
      read = take(OPEN) && address() && take(CLOSE);
    }
    space();
    return read || goBack(start);
  }

  /** A name, and what it stands for between colon and semicolon, which may be nobody. */
  private boolean group() {
    int start = rest.regionStart();
    space();
    boolean read = words() && take(COLON) && members() && take(SEMICOLON);
    space();
    return read || goBack(start);
  }

  private boolean members() {
    space();
    return looksAt(SEMICOLON) || list(false);
  }

  private boolean address() {
    boolean there = take(ADDRESS);
    if (there) {
      addresses.add(taken);
    }
    return there;
  }

  private boolean words() {
    boolean any = false;
    while (take(WORD) || take(QUOTED)) {
      any = true;
      space();
    }
    return any;
  }

  private void space() {
    boolean more = true;
    while (more) {
      more = take(SPACE) || take(COMMENT);
    }
  }

  private boolean looksAt(Pattern pattern) {
    return rest.usePattern(pattern).lookingAt();
  }

  private boolean take(Pattern pattern) {
    boolean there = looksAt(pattern);
    if (there) {
      taken = rest.group();
      rest.region(rest.end(), rest.regionEnd());
    }
    return there;
  }

  private boolean isAtEnd() {
    return rest.regionStart() == rest.regionEnd();
  }

  private boolean goBack(int to) {
    rest.region(to, rest.regionEnd());
    return false;
  }
}
