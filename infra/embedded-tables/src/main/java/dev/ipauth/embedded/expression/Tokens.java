package dev.ipauth.embedded.expression;

import dev.ipauth.embedded.expression.Token.Kind;
import dev.ipauth.embedded.values.Refusals;
import java.util.ArrayList;
import java.util.List;
import software.amazon.awssdk.services.dynamodb.model.DynamoDbException;

/** An expression's tokens, and how far they have been read. */
final class Tokens {
  private final String what;
  private final String text;
  private final List<Token> tokens;
  private int next;

  /**
   * @param what the parameter that it stands in, such as {@code ConditionExpression}
   */
  Tokens(String what, String text) {
    this.what = what;
    this.text = text;
    if (text.isEmpty()) {
      throw refusal("The expression can not be empty;");
    }
    this.tokens = split();
  }

  private List<Token> split() {
    List<Token> found = new ArrayList<>();
    int at = 0;
    while (at < text.length()) {
      if (Character.isWhitespace(text.charAt(at))) {
        at++;
      } else {
        Token token = token(at);
        found.add(token);
        at = token.end();
      }
    }
    found.add(new Token(Kind.END, "<EOF>", text.length(), text.length()));
    return found;
  }

  private Token token(int start) {
    char first = text.charAt(start);
    if (isLetter(first)) {
      return token(Kind.NAME, start, wordEnd(start));
    }
    if (first >= '0' && first <= '9') {
      return token(Kind.NUMBER, start, wordEnd(start));
    }
    if ((first == '#' || first == ':') && wordEnd(start + 1) > start + 1) {
      Kind kind = first == '#' ? Kind.NAME_PLACEHOLDER : Kind.VALUE_PLACEHOLDER;
      return token(kind, start, wordEnd(start + 1));
    }
    for (String sign : List.of("<>", "<=", ">=")) {
      if (text.startsWith(sign, start)) {
        return token(Kind.SIGN, start, start + 2);
      }
    }
    return token(Kind.SIGN, start, start + 1);
  }

  private Token token(Kind kind, int start, int end) {
    return new Token(kind, text.substring(start, end), start, end);
  }

  private int wordEnd(int start) {
    int end = start;
    while (end < text.length() && (isLetter(text.charAt(end)) || isDigit(text.charAt(end)))) {
      end++;
    }
    return end;
  }

  private static boolean isLetter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  /** The parameter that the expression stands in. */
  String what() {
    return what;
  }

  Token peek() {
    return tokens.get(next);
  }

  Token peekSecond() {
    return tokens.get(Math.min(next + 1, tokens.size() - 1));
  }

  /** The token behind the parenthesis that closes the one that is next; the end when none does. */
  Token peekBehindParentheses() {
    int depth = 0;
    for (int i = next; i < tokens.size() - 1; i++) {
      if (tokens.get(i).isSign("(")) {
        depth++;
      } else if (tokens.get(i).isSign(")") && --depth == 0) {
        return tokens.get(i + 1);
      }
    }
    return tokens.getLast();
  }

  Token take() {
    Token token = peek();
    if (token.kind() != Kind.END) {
      next++;
    }
    return token;
  }

  boolean takeIfSign(String sign) {
    if (peek().isSign(sign)) {
      next++;
      return true;
    }
    return false;
  }

  boolean takeIfKeyword(String keyword) {
    if (peek().isKeyword(keyword)) {
      next++;
      return true;
    }
    return false;
  }

  void takeSign(String sign) {
    if (!takeIfSign(sign)) {
      throw syntaxError();
    }
  }

  void takeKeyword(String keyword) {
    if (!takeIfKeyword(keyword)) {
      throw syntaxError();
    }
  }

  void takeEnd() {
    if (peek().kind() != Kind.END) {
      throw syntaxError();
    }
  }

  /** The next token is none that can stand there. */
  DynamoDbException syntaxError() {
    Token before = tokens.get(Math.max(next - 1, 0));
    Token after = tokens.get(Math.min(next + 1, tokens.size() - 1));
    return refusal(
        "Syntax error; token: \"%s\", near: \"%s\""
            .formatted(peek().text(), text.substring(before.start(), after.end())));
  }

  /** What is wrong with the expression. */
  DynamoDbException refusal(String why) {
    return Refusals.invalid("Invalid " + what + ": " + why);
  }
}
