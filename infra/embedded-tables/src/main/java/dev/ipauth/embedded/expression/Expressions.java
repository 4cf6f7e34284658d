package dev.ipauth.embedded.expression;

import dev.ipauth.embedded.values.Refusals;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * The expressions of one request, which share what their placeholders stand for. When all have been
 * read, {@link #end} has to be called.
 */
public final class Expressions {
  private final Placeholders placeholders;
  private final boolean hasNames;
  private final boolean hasValues;
  private boolean any;

  /**
   * @param names null when the request has none
   * @param values null when the request has none
   */
  public Expressions(
      @Nullable Map<String, String> names, @Nullable Map<String, AttributeValue> values) {
    hasNames = names != null;
    hasValues = values != null;
    placeholders =
        new Placeholders(names == null ? Map.of() : names, values == null ? Map.of() : values);
    if (names != null && names.isEmpty()) {
      throw Refusals.invalid("ExpressionAttributeNames must not be empty");
    }
    if (values != null && values.isEmpty()) {
      throw Refusals.invalid("ExpressionAttributeValues must not be empty");
    }
  }

  /**
   * A condition; null when there is none.
   *
   * @param what the parameter's name
   */
  public @Nullable Condition condition(String what, @Nullable String text) {
    Tokens tokens = tokens(what, text);
    return tokens == null ? null : new ConditionParser(tokens, placeholders).parse();
  }

  public @Nullable Update update(@Nullable String text) {
    Tokens tokens = tokens("UpdateExpression", text);
    return tokens == null ? null : new UpdateParser(tokens, placeholders).parse();
  }

  public @Nullable Projection projection(@Nullable String text) {
    Tokens tokens = tokens("ProjectionExpression", text);
    return tokens == null ? null : Projection.parse(tokens, placeholders);
  }

  private @Nullable Tokens tokens(String what, @Nullable String text) {
    if (text == null) {
      return null;
    }
    any = true;
    return new Tokens(what, text);
  }

  /** Refuses placeholders that no expression uses. */
  public void end() {
    if (!any && hasNames) {
      throw Refusals.invalid(
          "ExpressionAttributeNames can only be specified when using expressions");
    }
    if (!any && hasValues) {
      throw Refusals.invalid(
          "ExpressionAttributeValues can only be specified when using expressions");
    }
    placeholders.refuseUnused();
  }
}
