package dev.ipauth.embedded.expression;

import dev.ipauth.embedded.expression.Condition.Comparator;
import dev.ipauth.embedded.values.Values;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** Reads a condition: OR binds less than AND, AND less than NOT. */
final class ConditionParser {
  private static final Set<AttributeValue.Type> ORDERED =
      EnumSet.of(AttributeValue.Type.S, AttributeValue.Type.N, AttributeValue.Type.B);
  private static final Set<AttributeValue.Type> TEXTS =
      EnumSet.of(AttributeValue.Type.S, AttributeValue.Type.B);
  private static final Set<String> FUNCTIONS =
      Set.of(
          "attribute_exists",
          "attribute_not_exists",
          "attribute_type",
          "begins_with",
          "contains",
          "size");
  private static final int MOST_CHOICES = 100;

  private final Tokens tokens;
  private final OperandParser operands;

  ConditionParser(Tokens tokens, Placeholders placeholders) {
    this.tokens = tokens;
    this.operands = new OperandParser(tokens, placeholders);
  }

  static boolean isFunction(String name) {
    return FUNCTIONS.contains(name);
  }

  Condition parse() {
    Condition condition = or();
    tokens.takeEnd();
    return condition;
  }

  private Condition or() {
    Condition condition = and();
    while (tokens.takeIfKeyword("OR")) {
      condition = new Condition.Or(condition, and());
    }
    return condition;
  }

  private Condition and() {
    Condition condition = not();
    while (tokens.takeIfKeyword("AND")) {
      condition = new Condition.And(condition, not());
    }
    return condition;
  }

  private Condition not() {
    return tokens.takeIfKeyword("NOT") ? new Condition.Not(not()) : one();
  }

  private Condition one() {
    if (tokens.peek().isSign("(") && !isComparison(tokens.peekBehindParentheses())) {
      return inParentheses();
    }
    if (operands.isCall() && !tokens.peek().text().equals("size")) {
      return call();
    }
    return comparison(operands.operand());
  }

  private static boolean isComparison(Token token) {
    return Comparator.of(token) != null || token.isKeyword("BETWEEN") || token.isKeyword("IN");
  }

  private Condition inParentheses() {
    tokens.takeSign("(");
    boolean isAgain = tokens.peek().isSign("(") && tokens.peekBehindParentheses().isSign(")");
    Condition condition = or();
    tokens.takeSign(")");
    if (isAgain) {
      throw tokens.refusal("The expression has redundant parentheses;");
    }
    return condition;
  }

  private Condition comparison(Operand left) {
    if (tokens.takeIfKeyword("BETWEEN")) {
      Operand low = operands.operand();
      tokens.takeKeyword("AND");
      return between(left, low, operands.operand());
    }
    if (tokens.takeIfKeyword("IN")) {
      return in(left);
    }
    Comparator comparator = Comparator.of(tokens.peek());
    if (comparator == null) {
      throw tokens.syntaxError();
    }
    tokens.take();
    Operand right = operands.operand();
    refuseSame(comparator.sign(), left, right);
    if (comparator != Comparator.EQUAL && comparator != Comparator.DIFFERENT) {
      refuseUnordered(comparator.sign(), left);
      refuseUnordered(comparator.sign(), right);
    }
    return new Condition.Compared(left, comparator, right);
  }

  private Condition between(Operand value, Operand low, Operand high) {
    for (Operand operand : List.of(value, low, high)) {
      refuseUnordered("BETWEEN", operand);
    }
    refuseSame("BETWEEN", value, low);
    refuseSame("BETWEEN", value, high);
    if (low instanceof Operand.Literal(AttributeValue least)
        && high instanceof Operand.Literal(AttributeValue most)) {
      if (least.type() != most.type()) {
        throw tokens.refusal(
            "The BETWEEN operator requires same data type for lower and upper bounds; lower bound"
                + " operand: AttributeValue: %s, upper bound operand: AttributeValue: %s"
                    .formatted(shown(least), shown(most)));
      }
      if (Values.compare(least, most) > 0) {
        throw tokens.refusal(
            "The BETWEEN operator requires upper bound to be greater than or equal to lower bound;"
                + " lower bound operand: AttributeValue: %s, upper bound operand: AttributeValue: %s"
                    .formatted(shown(least), shown(most)));
      }
    }
    return new Condition.Between(value, low, high);
  }

  private static String shown(AttributeValue value) {
    String text =
        switch (value.type()) {
          case S -> value.s();
          case N -> value.n();
          case B, SS, NS, BS, L, M, BOOL, NUL, UNKNOWN_TO_SDK_VERSION -> value.toString();
        };
    return "{" + Values.typeName(value) + ":" + text + "}";
  }

  private Condition in(Operand value) {
    tokens.takeSign("(");
    List<Operand> choices = new ArrayList<>();
    do {
      choices.add(operands.operand());
    } while (tokens.takeIfSign(","));
    tokens.takeSign(")");
    choices.forEach(choice -> refuseSame("IN", value, choice));
    if (choices.size() > MOST_CHOICES) {
      throw tokens.refusal(
          "Invalid number of operands for operator IN; number of operands: " + choices.size());
    }
    return new Condition.In(value, List.copyOf(choices));
  }

  private Condition call() {
    Token name = tokens.take();
    return switch (name.text()) {
      case "attribute_exists" -> exists(name);
      case "attribute_not_exists" -> new Condition.Not(exists(name));
      case "attribute_type" -> hasType(name);
      case "begins_with" -> {
        List<Operand> both = two(name);
        operands.refuseOtherTypes("begins_with", both.getFirst(), TEXTS);
        operands.refuseOtherTypes("begins_with", both.getLast(), TEXTS);
        yield new Condition.BeginsWith(both.getFirst(), both.getLast());
      }
      case "contains" -> {
        List<Operand> both = two(name);
        yield new Condition.Contains(both.getFirst(), both.getLast());
      }
      default -> throw operands.unknownFunction(name);
    };
  }

  private Condition exists(Token name) {
    return new Condition.Exists(operands.path(name, operands.operands(name, 1).getFirst()));
  }

  private Condition hasType(Token name) {
    List<Operand> both = operands.operands(name, 2);
    Path path = operands.path(name, both.getFirst());
    if (!(both.getLast() instanceof Operand.Literal(AttributeValue type))
        || type.type() != AttributeValue.Type.S) {
      throw tokens.refusal(
          "Incorrect operand type for operator or function; operator or function: attribute_type,"
              + " operand type: "
              + (both.getLast() instanceof Operand.Literal(AttributeValue other)
                  ? Values.typeName(other)
                  : "DocumentPath"));
    }
    AttributeValue.Type wanted = Values.type(type.s());
    if (wanted == null) {
      throw tokens.refusal(
          "Invalid attribute type name found; type: %s, valid types: {B,BOOL,BS,L,M,N,NS,NULL,S,SS}"
              .formatted(type.s()));
    }
    return new Condition.HasType(path, wanted);
  }

  private List<Operand> two(Token name) {
    List<Operand> both = operands.operands(name, 2);
    refuseSame(name.text(), both.getFirst(), both.getLast());
    return both;
  }

  private void refuseSame(String operator, Operand left, Operand right) {
    if (left instanceof Operand.At(Path path) && left.equals(right)) {
      throw tokens.refusal(
          "The first operand must be distinct from the remaining operands for this operator or"
              + " function; operator: %s, first operand: %s".formatted(operator, path));
    }
  }

  private void refuseUnordered(String operator, Operand operand) {
    operands.refuseOtherTypes(operator, operand, ORDERED);
  }
}
