package dev.ipauth.relay;

import dev.ipauth.relay.access.AccessSettings;
import dev.ipauth.relay.limits.Rates;
import dev.ipauth.relay.onward.OnwardSettings;
import dev.ipauth.relay.operation.OperationSettings;
import dev.ipauth.relay.queue.HeldTexts;
import dev.ipauth.relay.queue.MailQueue;
import dev.ipauth.relay.queue.QueueSettings;
import dev.ipauth.relay.ses.SesSettings;
import dev.ipauth.relay.wire.ConversationSettings;
import dev.ipauth.relay.wire.ListenSettings;
import dev.ipauth.settings.BadSettings;
import dev.ipauth.settings.Misspelling;
import dev.ipauth.settings.Setting;
import dev.ipauth.settings.Values;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * All that an operator can set, good in every part.
 *
 * @param warnings for the operator: names that look like a setting's and aren't
 */
public record Settings(
    ListenSettings listening,
    ConversationSettings conversation,
    OnwardSettings onward,
    Optional<SesSettings> ses,
    Optional<QueueSettings> queue,
    HeldTexts.Bounds held,
    AccessSettings access,
    Rates rates,
    OperationSettings operation,
    List<String> warnings) {

  /** Settings that belong together, under a heading of the documentation. */
  record Part(String heading, List<Setting<?>> settings) {}

  static final List<Setting<?>> NEXT_HOP =
      Stream.<List<Setting<?>>>of(OnwardSettings.ALL, SesSettings.ALL)
          .<Setting<?>>flatMap(List::stream)
          .toList();

  static final List<Part> PARTS =
      List.of(
          new Part("Listening", ListenSettings.ALL),
          new Part("The conversation with a device", ConversationSettings.ALL),
          new Part("The next hop", NEXT_HOP),
          new Part("The queue", QueueSettings.ALL),
          new Part("The tables", AccessSettings.ALL),
          new Part("How much", Rates.ALL),
          new Part("Operation", OperationSettings.ALL));

  public static final List<Setting<?>> ALL =
      PARTS.stream().<Setting<?>>flatMap(part -> part.settings().stream()).toList();

  /**
   * Reads the environment.
   *
   * @throws BadSettings with a line for everything that is wrong with it
   */
  public static Settings read(Map<String, String> environment) {
    var faults = new ArrayList<String>();
    var values = read(ALL, environment, faults::add);
    if (!faults.isEmpty()) {
      throw new BadSettings(faults);
    }
    return new Settings(
        ListenSettings.from(values),
        ConversationSettings.from(values),
        onward(values),
        NextHopSettings.ses(values, environment, onward(values)),
        QueueSettings.from(
            values,
            values.get(ConversationSettings.RELAY_HOSTNAME),
            OnwardSettings.endTimeoutWithQueue(values)),
        QueueSettings.held(values),
        AccessSettings.from(values),
        Rates.from(values),
        OperationSettings.from(values),
        Misspelling.among(environment.keySet(), ALL));
  }

  /** A line for everything that is wrong, but for what must be set and may be later. */
  public static List<String> faults(Map<String, String> environment) {
    var faults = new ArrayList<String>();
    read(Values.readable(ALL, environment), environment, faults::add);
    return faults;
  }

  private static Values read(
      List<Setting<?>> settings, Map<String, String> environment, Consumer<String> fault) {
    var values = Values.read(settings, environment, fault);
    ListenSettings.check(values, fault);
    checkPorts(values, fault);
    ConversationSettings.check(values, fault);
    OnwardSettings.check(values, fault);
    SesSettings.check(values, fault);
    QueueSettings.check(values, fault);
    AccessSettings.check(environment, fault);
    return values;
  }

  /** Where messages can be kept, an answer is listened for though no device waits for it. */
  private static OnwardSettings onward(Values values) {
    var onward = OnwardSettings.from(values, values.get(ConversationSettings.RELAY_HOSTNAME));
    return QueueSettings.isWanted(values) ? onward.listening(MailQueue.LISTENING) : onward;
  }

  private static void checkPorts(Values values, Consumer<String> fault) {
    var management = values.find(OperationSettings.MANAGEMENT_PORT).stream();
    Set<Integer> seen = new HashSet<>();
    Stream.concat(ListenSettings.numbers(values), management)
        .filter(number -> number != 0 && !seen.add(number))
        .distinct()
        .forEach(number -> fault.accept("Port " + number + " is given twice. Write it once."));
  }
}
