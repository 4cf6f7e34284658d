package dev.ipauth.settings;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What the environment says, setting by setting. A variable that is empty is one that isn't set.
 */
public final class Values {
  private static final Pattern LINE_END = Pattern.compile("[\\r\\n]+\\z");

  private final Map<String, String> environment;

  /** By name. */
  private final Map<String, Object> read = new HashMap<>();

  private Values(Map<String, String> environment) {
    this.environment = environment;
  }

  /** Reads them all, and says of each bad one what is wrong. */
  public static Values read(
      List<Setting<?>> settings, Map<String, String> environment, Consumer<String> fault) {
    var values = new Values(environment);
    settings.forEach(setting -> values.read(setting, fault));
    return values;
  }

  /**
   * Reads them all.
   *
   * @throws BadSettings with a line for every bad one
   */
  public static Values of(List<Setting<?>> settings, Map<String, String> environment) {
    var faults = new ArrayList<String>();
    var values = read(settings, environment, faults::add);
    if (!faults.isEmpty()) {
      throw new BadSettings(faults);
    }
    return values;
  }

  /** Those that are set, or needn't be. */
  public static List<Setting<?>> readable(
      List<Setting<?>> settings, Map<String, String> environment) {
    var values = new Values(environment);
    return settings.stream()
        .filter(setting -> setting.whenUnset() != null || values.isSet(setting))
        .toList();
  }

  private <T> void read(Setting<T> setting, Consumer<String> fault) {
    String text = isSet(setting) ? written(setting) : setting.whenUnset();
    if (text == null) {
      fault.accept(setting.name() + " must be set. Write " + setting.form().words() + ".");
      return;
    }
    try {
      read.put(setting.name(), setting.form().reader().apply(text));
    } catch (IllegalArgumentException e) {
      fault.accept(sentence(setting, text, e.getMessage()));
    }
  }

  private static String sentence(Setting<?> setting, String text, @Nullable String why) {
    String value = setting.form().secret() ? "" : "=" + printable(text);
    String advice = why == null ? "Write " + setting.form().words() + "." : why;
    return setting.name() + value + " can't be used. " + advice;
  }

  /** For one line of a terminal; a password that somebody put into a URL is left out. */
  public static String printable(String text) {
    return text.replaceAll("//[^/]*@", "//…@").replaceAll("\\p{Cntrl}", "?");
  }

  public boolean isSet(Setting<?> setting) {
    return !written(setting).isEmpty();
  }

  private String written(Setting<?> setting) {
    String text = environment.getOrDefault(setting.name(), "");
    // A line end is what a secret's file ends with, and no part of it.
    return setting.form().verbatim() ? LINE_END.matcher(text).replaceAll("") : text.strip();
  }

  /** The value, unless it was bad. */
  @SuppressWarnings("unchecked") // read() puts each setting's own type
  public <T> Optional<T> find(Setting<T> setting) {
    return Optional.ofNullable((T) read.get(setting.name()));
  }

  /** The value; ask only when none was bad. */
  public <T> T get(Setting<T> setting) {
    return find(setting).orElseThrow();
  }
}
