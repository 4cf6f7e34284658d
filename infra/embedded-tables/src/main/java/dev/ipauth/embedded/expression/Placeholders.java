package dev.ipauth.embedded.expression;

import dev.ipauth.embedded.values.Canonical;
import dev.ipauth.embedded.values.Refusals;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.DynamoDbException;

/** What {@code #name} and {@code :value} stand for in the expressions of one request. */
final class Placeholders {
  private final Map<String, String> names;
  private final Map<String, AttributeValue> values;
  private final Set<String> used = new HashSet<>();

  /**
   * @throws DynamoDbException when a value is none
   */
  Placeholders(Map<String, String> names, Map<String, AttributeValue> values) {
    this.names = names;
    this.values = new HashMap<>();
    names.keySet().forEach(name -> refuseMisspelt(name, '#', "ExpressionAttributeNames"));
    values.forEach(
        (name, value) -> {
          refuseMisspelt(name, ':', "ExpressionAttributeValues");
          this.values.put(name, canonical(name, value));
        });
  }

  private static void refuseMisspelt(String placeholder, char sign, String where) {
    if (placeholder.length() < 2 || placeholder.charAt(0) != sign) {
      throw Refusals.invalid(
          where + " contains invalid key: Syntax error; key: \"" + placeholder + "\"");
    }
  }

  private static AttributeValue canonical(String name, AttributeValue value) {
    try {
      return Canonical.value(value);
    } catch (DynamoDbException e) {
      throw Refusals.invalid(
          "ExpressionAttributeValues contains invalid value: %s for key %s"
              .formatted(e.awsErrorDetails().errorMessage(), name));
    }
  }

  /** The name that it stands for. */
  String name(Token placeholder, Tokens where) {
    String name = names.get(placeholder.text());
    if (name == null) {
      throw where.refusal(
          "An expression attribute name used in the document path is not defined; attribute name: "
              + placeholder.text());
    }
    used.add(placeholder.text());
    return name;
  }

  /** The value that it stands for. */
  AttributeValue value(Token placeholder, Tokens where) {
    AttributeValue value = values.get(placeholder.text());
    if (value == null) {
      throw where.refusal(
          "An expression attribute value used in expression is not defined; attribute value: "
              + placeholder.text());
    }
    used.add(placeholder.text());
    return value;
  }

  /** To be called when all expressions have been read. */
  void refuseUnused() {
    refuseUnused(names.keySet(), "ExpressionAttributeNames");
    refuseUnused(values.keySet(), "ExpressionAttributeValues");
  }

  private void refuseUnused(Set<String> given, String where) {
    Set<String> unused = new TreeSet<>(given);
    unused.removeAll(used);
    if (!unused.isEmpty()) {
      throw Refusals.invalid(
          "Value provided in %s unused in expressions: keys: {%s}"
              .formatted(where, String.join(", ", unused)));
    }
  }
}
