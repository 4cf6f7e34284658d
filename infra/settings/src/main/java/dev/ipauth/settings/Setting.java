package dev.ipauth.settings;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One environment variable.
 *
 * @param form what its value looks like
 * @param whenUnset the value taken when it isn't set; null when it must be set
 * @param meaning a sentence or two for the operator, in Markdown
 */
public record Setting<T>(String name, Form<T> form, @Nullable String whenUnset, String meaning) {

  public static <T> Setting<T> of(String name, Form<T> form, String whenUnset, String meaning) {
    return new Setting<>(name, form, whenUnset, meaning);
  }

  /** One that must be set. */
  public static <T> Setting<T> required(String name, Form<T> form, String meaning) {
    return new Setting<>(name, form, null, meaning);
  }

  /** One that is nothing when it isn't set. */
  public static <T> Setting<Optional<T>> optional(String name, Form<T> form, String meaning) {
    return new Setting<>(name, form.orNothing(), "", meaning);
  }
}
