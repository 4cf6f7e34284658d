package dev.ipauth.embedded.expression;

import dev.ipauth.embedded.expression.Path.Element;
import dev.ipauth.embedded.expression.Token.Kind;
import dev.ipauth.embedded.values.Values;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** Reads paths, values and functions, which all kinds of expressions have. */
final class OperandParser {
  private static final Set<String> FUNCTIONS_OF_UPDATES = Set.of("if_not_exists", "list_append");
  private static final int LARGEST_INDEX_DIGITS = 9;

  private final Tokens tokens;
  private final Placeholders placeholders;

  OperandParser(Tokens tokens, Placeholders placeholders) {
    this.tokens = tokens;
    this.placeholders = placeholders;
  }

  Path path() {
    List<Element> elements = new ArrayList<>();
    elements.add(name());
    while (true) {
      if (tokens.takeIfSign(".")) {
        elements.add(name());
      } else if (tokens.takeIfSign("[")) {
        elements.add(index());
        tokens.takeSign("]");
      } else {
        return new Path(List.copyOf(elements));
      }
    }
  }

  private Element name() {
    Token token = tokens.peek();
    return switch (token.kind()) {
      case NAME -> {
        if (ReservedWords.isOne(token.text())) {
          throw tokens.refusal(
              "Attribute name is a reserved keyword; reserved keyword: " + token.text());
        }
        yield new Element.Name(tokens.take().text());
      }
      case NAME_PLACEHOLDER -> new Element.Name(placeholders.name(tokens.take(), tokens));
      case VALUE_PLACEHOLDER, NUMBER, SIGN, END -> throw tokens.syntaxError();
    };
  }

  private Element index() {
    Token token = tokens.peek();
    boolean isIndex =
        token.kind() == Kind.NUMBER && token.text().chars().allMatch(Character::isDigit);
    if (!isIndex) {
      throw tokens.syntaxError();
    }
    if (token.text().length() > LARGEST_INDEX_DIGITS) {
      throw tokens.refusal(
          "List index is not within the allowable range; index: [%s]".formatted(token.text()));
    }
    return new Element.Index(Integer.parseInt(tokens.take().text()));
  }

  AttributeValue value() {
    if (tokens.peek().kind() != Kind.VALUE_PLACEHOLDER) {
      throw tokens.syntaxError();
    }
    return placeholders.value(tokens.take(), tokens);
  }

  /** An operand of a condition. */
  Operand operand() {
    if (tokens.takeIfSign("(")) {
      Operand operand = operand();
      tokens.takeSign(")");
      return operand;
    }
    if (tokens.peek().kind() == Kind.VALUE_PLACEHOLDER) {
      return new Operand.Literal(value());
    }
    return isCall() ? size() : new Operand.At(path());
  }

  /** Whether a function's name and an opening parenthesis are next. */
  boolean isCall() {
    return tokens.peek().kind() == Kind.NAME && tokens.peekSecond().isSign("(");
  }

  private Operand size() {
    Token name = tokens.take();
    if (!name.text().equals("size")) {
      throw ConditionParser.isFunction(name.text())
          ? tokens.refusal(
              "The function is not allowed to be used this way in an expression; function: "
                  + name.text())
          : unknownFunction(name);
    }
    List<Operand> operands = operands(name, 1);
    refuseOtherTypes(
        "size",
        operands.getFirst(),
        Set.of(
            AttributeValue.Type.S,
            AttributeValue.Type.B,
            AttributeValue.Type.SS,
            AttributeValue.Type.NS,
            AttributeValue.Type.BS,
            AttributeValue.Type.L,
            AttributeValue.Type.M));
    return new Operand.Size(operands.getFirst());
  }

  /** What is wrong with a function that a condition can't have. */
  RuntimeException unknownFunction(Token name) {
    return FUNCTIONS_OF_UPDATES.contains(name.text())
        ? tokens.refusal(
            "The function is not allowed in a " + kind() + "; function: " + name.text())
        : tokens.refusal("Invalid function name; function: " + name.text());
  }

  private String kind() {
    // "ConditionExpression" as words: "condition expression".
    return tokens.what().replaceAll("(?<=[a-z])(?=[A-Z])", " ").toLowerCase(Locale.ROOT);
  }

  /** What stands between a function's parentheses. */
  List<Operand> operands(Token function, int count) {
    tokens.takeSign("(");
    List<Operand> operands = new ArrayList<>();
    do {
      operands.add(operand());
    } while (tokens.takeIfSign(","));
    tokens.takeSign(")");
    return counted(function, operands, count);
  }

  /** The operands, if they are as many as the function takes. */
  List<Operand> counted(Token function, List<Operand> operands, int count) {
    if (operands.size() != count) {
      throw tokens.refusal(
          "Incorrect number of operands for operator or function; operator or function: %s, number"
                  .formatted(function.text())
              + " of operands: "
              + operands.size());
    }
    return operands;
  }

  /** A path, where a function takes nothing else. */
  Path path(Token function, Operand operand) {
    if (operand instanceof Operand.At(Path path)) {
      return path;
    }
    throw tokens.refusal(
        "Operator or function requires a document path; operator or function: " + function.text());
  }

  /** Refuses a value of a type that an operator never takes; what is in a row isn't known yet. */
  void refuseOtherTypes(String operator, Operand operand, Set<AttributeValue.Type> types) {
    AttributeValue.Type type =
        switch (operand) {
          case Operand.Literal(AttributeValue value) -> value.type();
          case Operand.Size _ -> AttributeValue.Type.N;
          case Operand.At _,
              Operand.IfNotExists _,
              Operand.ListAppend _,
              Operand.Sum _,
              Operand.Difference _ ->
              null;
        };
    if (type != null && !types.contains(type)) {
      throw tokens.refusal(
          "Incorrect operand type for operator or function; operator or function: %s, operand"
                  .formatted(operator)
              + " type: "
              + Values.name(type));
    }
  }
}
