package dev.ipauth.relay.settings;

import dev.ipauth.relay.limits.Rates;
import dev.ipauth.relay.onward.OnwardSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * All that an operator can set, good in every part.
 *
 * @param warnings for the operator: names that look like a setting's and aren't
 */
public record Settings(
    Listening listening,
    Conversation conversation,
    OnwardSettings onward,
    Reading reading,
    Rates rates,
    Operation operation,
    List<String> warnings) {

  /** Settings that belong together, under a heading of the documentation. */
  record Part(String heading, List<Setting<?>> settings) {}

  static final List<Part> PARTS =
      List.of(
          new Part("Listening", Listening.ALL),
          new Part("The conversation with a device", Conversation.ALL),
          new Part("The next hop", HandingOn.ALL),
          new Part("The tables", Reading.ALL),
          new Part("How much", Limiting.ALL),
          new Part("Operation", Operation.ALL));

  static final List<Setting<?>> ALL =
      PARTS.stream().<Setting<?>>flatMap(part -> part.settings().stream()).toList();

  /**
   * Reads the environment.
   *
   * @throws BadSettings with a line for everything that is wrong with it
   */
  public static Settings read(Map<String, String> environment) {
    var faults = new ArrayList<String>();
    var values = Values.read(ALL, environment, faults::add);
    Listening.check(values, faults::add);
    Conversation.check(values, faults::add);
    HandingOn.check(values, faults::add);
    Reading.check(environment, faults::add);
    if (!faults.isEmpty()) {
      throw new BadSettings(faults);
    }
    return new Settings(
        Listening.from(values),
        Conversation.from(values),
        HandingOn.from(values),
        Reading.from(values),
        Limiting.from(values),
        Operation.from(values),
        Misspelling.among(environment.keySet()));
  }
}
