package dev.ipauth.relay.smtp;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Reads the addresses of a {@code From} field: RFC 5322 section 3.4's mailbox list, with groups,
 * comments, quoted strings and the obsolete route. Strict: what it can't read exactly it doesn't
 * read at all, for another reader might see another sender in it.
 */
final class FromField {
  private static final String SPECIALS = "()<>[]:;@\\,\"";

  private final String body;
  private final List<String> addresses = new ArrayList<>();
  private int at;

  private FromField(String body) {
    this.body = body;
  }

  /** The addresses, at least one; nothing when the field can't be read exactly. */
  static Optional<List<String>> addresses(String body) {
    var field = new FromField(body);
    if (body.chars().anyMatch(c -> c != '\t' && Character.isISOControl(c))) {
      return Optional.empty();
    }
    try {
      field.list(false);
      boolean complete = field.at == body.length() && !field.addresses.isEmpty();
      return complete ? Optional.of(List.copyOf(field.addresses)) : Optional.empty();
    } catch (Unreadable _) {
      return Optional.empty();
    }
  }

  private static final class Unreadable extends RuntimeException {
    private static final long serialVersionUID = 1;

    Unreadable() {
      super(null, null, false, false);
    }
  }

  /** Mailboxes and groups between commas, up to the end or to the group's semicolon. */
  private void list(boolean inGroup) {
    do {
      space();
      boolean empty = at == body.length() || body.charAt(at) == ',' || body.charAt(at) == ';';
      if (!empty) {
        mailboxOrGroup(inGroup);
      }
      space();
    } while (accept(','));
  }

  private void mailboxOrGroup(boolean inGroup) {
    String words = words();
    if (accept('<')) {
      angleAddress();
    } else if (accept('@')) {
      addresses.add(words + "@" + domain());
    } else if (accept(':') && !inGroup && !words.isEmpty()) {
      list(true);
      expect(';');
    } else {
      throw new Unreadable();
    }
  }

  private void angleAddress() {
    // A comment in here is legal, never seen, and where lenient readers lose their way.
    int end = body.indexOf('>', at);
    if (end < 0 || body.substring(at, end).indexOf('(') >= 0) {
      throw new Unreadable();
    }
    space();
    if (accept('@')) {
      skipRoute();
    }
    String localPart = words();
    expect('@');
    addresses.add(localPart + "@" + domain());
    expect('>');
  }

  /** RFC 5322 section 4.4: "@a,@b:" before the address says nothing of who it is. */
  private void skipRoute() {
    do {
      domain();
      space();
    } while (accept(',') && accept('@'));
    expect(':');
    space();
  }

  /** A display name or a local part: atoms, dots and quoted strings; several only make a name. */
  private String words() {
    var words = new StringBuilder();
    int count = 0;
    while (at < body.length()) {
      char c = body.charAt(at);
      if (c == '"') {
        words.append(quoted());
      } else if (isAtom(c)) {
        words.append(atom());
      } else {
        break;
      }
      count++;
      space();
    }
    boolean name = at < body.length() && (body.charAt(at) == '<' || body.charAt(at) == ':');
    // A quoted local part with specials in it is where two readers see two senders.
    boolean localPart =
        at < body.length()
            && body.charAt(at) == '@'
            && count == 1
            && words.chars().allMatch(c -> isAtom((char) c));
    if (!name && !localPart) {
      throw new Unreadable();
    }
    return words.toString();
  }

  private String domain() {
    space();
    int start = at;
    if (accept('[')) {
      while (at < body.length() && isInLiteral(body.charAt(at))) {
        at++;
      }
      expect(']');
    } else {
      atom();
    }
    String domain = body.substring(start, at);
    space();
    if (domain.isEmpty()) {
      throw new Unreadable();
    }
    return domain;
  }

  private String atom() {
    int start = at;
    while (at < body.length() && isAtom(body.charAt(at))) {
      at++;
    }
    return body.substring(start, at);
  }

  private static boolean isInLiteral(char c) {
    return c == '.' || c == ':' || (c < 128 && Character.isLetterOrDigit(c));
  }

  private static boolean isAtom(char c) {
    return c > ' ' && c != 127 && SPECIALS.indexOf(c) < 0;
  }

  private String quoted() {
    expect('"');
    var text = new StringBuilder();
    while (at < body.length() && body.charAt(at) != '"') {
      if (body.charAt(at) == '\\') {
        at++;
      }
      if (at < body.length()) {
        text.append(body.charAt(at++));
      }
    }
    expect('"');
    return text.toString();
  }

  private void space() {
    while (at < body.length()) {
      char c = body.charAt(at);
      if (c == '(') {
        comment();
      } else if (c == ' ' || c == '\t') {
        at++;
      } else {
        return;
      }
    }
  }

  private void comment() {
    int depth = 0;
    do {
      char c = at < body.length() ? body.charAt(at++) : expectMore();
      if (c == '\\') {
        at++;
      } else if (c == '(') {
        depth++;
      } else if (c == ')') {
        depth--;
      }
    } while (depth > 0);
  }

  private static char expectMore() {
    throw new Unreadable();
  }

  private boolean accept(char c) {
    boolean there = at < body.length() && body.charAt(at) == c;
    at += there ? 1 : 0;
    return there;
  }

  private void expect(char c) {
    if (!accept(c)) {
      throw new Unreadable();
    }
  }
}
