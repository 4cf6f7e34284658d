package dev.ipauth.embedded.expression;

/**
 * A word or sign of an expression.
 *
 * @param start where it begins in the expression
 * @param end where it ends, exclusive
 */
record Token(Kind kind, String text, int start, int end) {
  enum Kind {
    NAME,
    /** {@code #name} */
    NAME_PLACEHOLDER,
    /** {@code :value} */
    VALUE_PLACEHOLDER,
    NUMBER,
    SIGN,
    END
  }

  boolean isSign(String sign) {
    return kind == Kind.SIGN && text.equals(sign);
  }

  boolean isKeyword(String keyword) {
    return kind == Kind.NAME && text.equalsIgnoreCase(keyword);
  }
}
