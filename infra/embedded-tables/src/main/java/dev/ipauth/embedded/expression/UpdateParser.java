package dev.ipauth.embedded.expression;

import dev.ipauth.embedded.expression.Update.Action;
import dev.ipauth.embedded.values.Values;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** Reads an update: SET, REMOVE, ADD and DELETE, each at most once, in any order. */
final class UpdateParser {
  private static final Set<AttributeValue.Type> NUMBER = EnumSet.of(AttributeValue.Type.N);
  private static final Set<AttributeValue.Type> LIST = EnumSet.of(AttributeValue.Type.L);
  private static final Set<AttributeValue.Type> SETS =
      EnumSet.of(AttributeValue.Type.SS, AttributeValue.Type.NS, AttributeValue.Type.BS);
  private static final Set<AttributeValue.Type> NUMBER_AND_SETS =
      EnumSet.of(
          AttributeValue.Type.N,
          AttributeValue.Type.SS,
          AttributeValue.Type.NS,
          AttributeValue.Type.BS);

  private final Tokens tokens;
  private final OperandParser operands;
  private final List<Action> actions = new ArrayList<>();

  UpdateParser(Tokens tokens, Placeholders placeholders) {
    this.tokens = tokens;
    this.operands = new OperandParser(tokens, placeholders);
  }

  Update parse() {
    Set<String> sections = new HashSet<>();
    do {
      Token token = tokens.peek();
      String section = token.text().toUpperCase(Locale.ROOT);
      if (!Set.of("SET", "REMOVE", "ADD", "DELETE").contains(section)) {
        throw tokens.syntaxError();
      }
      tokens.take();
      if (!sections.add(section)) {
        throw tokens.refusal(
            "The \"%s\" section can only be used once in an update expression;".formatted(section));
      }
      do {
        actions.add(action(section));
      } while (tokens.takeIfSign(","));
    } while (tokens.peek().kind() != Token.Kind.END);
    Overlaps.refuse(actions.stream().map(Action::path).toList(), tokens);
    return new Update(actions);
  }

  private Action action(String section) {
    Path path = operands.path();
    return switch (section) {
      case "SET" -> {
        tokens.takeSign("=");
        yield new Action.Assign(path, value());
      }
      case "REMOVE" -> new Action.Remove(path);
      case "ADD" -> new Action.Add(path, operand(section, NUMBER_AND_SETS));
      default -> new Action.Delete(path, operand(section, SETS));
    };
  }

  private AttributeValue operand(String section, Set<AttributeValue.Type> types) {
    AttributeValue value = operands.value();
    if (!types.contains(value.type())) {
      throw tokens.refusal(
          "Incorrect operand type for operator or function; operator: %s, operand type: %s,"
                  .formatted(section, longName(value))
              + " typeSet: ALLOWED_FOR_%s_OPERAND".formatted(section));
    }
    return value;
  }

  /** What DynamoDB calls the type here, and only here. */
  private static String longName(AttributeValue value) {
    return switch (value.type()) {
      case S -> "STRING";
      case N -> "NUMBER";
      case B -> "BINARY";
      case BOOL -> "BOOLEAN";
      case L -> "LIST";
      case M -> "MAP";
      case SS, NS, BS, NUL, UNKNOWN_TO_SDK_VERSION -> Values.typeName(value);
    };
  }

  private Operand value() {
    if (tokens.takeIfSign("(")) {
      Operand value = value();
      tokens.takeSign(")");
      return value;
    }
    Operand left = operand();
    if (tokens.takeIfSign("+")) {
      return new Operand.Sum(number("+", left), number("+", operand()));
    }
    if (tokens.takeIfSign("-")) {
      return new Operand.Difference(number("-", left), number("-", operand()));
    }
    return left;
  }

  private Operand number(String operator, Operand operand) {
    operands.refuseOtherTypes(operator, operand, NUMBER);
    return operand;
  }

  private Operand operand() {
    if (!operands.isCall()) {
      return tokens.peek().kind() == Token.Kind.VALUE_PLACEHOLDER
          ? new Operand.Literal(operands.value())
          : new Operand.At(operands.path());
    }
    Token name = tokens.take();
    return switch (name.text()) {
      case "if_not_exists" -> {
        List<Operand> both = two(name);
        yield new Operand.IfNotExists(operands.path(name, both.getFirst()), both.getLast());
      }
      case "list_append" -> {
        List<Operand> both = two(name);
        both.forEach(operand -> operands.refuseOtherTypes("list_append", operand, LIST));
        yield new Operand.ListAppend(both.getFirst(), both.getLast());
      }
      default ->
          throw ConditionParser.isFunction(name.text())
              ? tokens.refusal(
                  "The function is not allowed in an update expression; function: " + name.text())
              : tokens.refusal("Invalid function name; function: " + name.text());
    };
  }

  private List<Operand> two(Token name) {
    tokens.takeSign("(");
    List<Operand> found = new ArrayList<>();
    do {
      found.add(operand());
    } while (tokens.takeIfSign(","));
    tokens.takeSign(")");
    return operands.counted(name, found, 2);
  }
}
