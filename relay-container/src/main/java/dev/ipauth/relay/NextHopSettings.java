package dev.ipauth.relay;

import dev.ipauth.relay.access.AccessSettings;
import dev.ipauth.relay.onward.Login;
import dev.ipauth.relay.onward.NextHopUrl;
import dev.ipauth.relay.onward.OnwardSettings;
import dev.ipauth.relay.queue.HeldTexts;
import dev.ipauth.relay.queue.QueueSettings;
import dev.ipauth.relay.ses.SesSettings;
import dev.ipauth.relay.wire.ConversationSettings;
import dev.ipauth.settings.BadSettings;
import dev.ipauth.settings.Setting;
import dev.ipauth.settings.Values;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Those settings that have to do with the next hop, which can be tried without the others.
 *
 * @param held what it may hold of messages until their end
 * @param sender of a message that is sent on trial
 */
record NextHopSettings(
    OnwardSettings onward, Optional<SesSettings> ses, HeldTexts.Bounds held, String sender) {
  private static final List<Setting<?>> NEEDED =
      Stream.of(
              List.<Setting<?>>of(ConversationSettings.RELAY_HOSTNAME),
              Settings.NEXT_HOP,
              QueueSettings.ALL)
          .<Setting<?>>flatMap(List::stream)
          .toList();

  /**
   * Reads the environment.
   *
   * @throws BadSettings with a line for everything that is wrong with it
   */
  static NextHopSettings read(Map<String, String> environment) {
    var faults = new ArrayList<String>();
    var values = Values.read(NEEDED, environment, faults::add);
    OnwardSettings.check(values, faults::add);
    SesSettings.check(values, faults::add);
    AccessSettings.check(environment, faults::add);
    if (!faults.isEmpty()) {
      throw new BadSettings(faults);
    }
    String hostname = values.get(ConversationSettings.RELAY_HOSTNAME);
    OnwardSettings onward = OnwardSettings.from(values, hostname);
    return new NextHopSettings(
        onward,
        ses(values, environment, onward),
        QueueSettings.held(values),
        sender(values, onward, hostname));
  }

  /** Empty when it isn't SES. */
  static Optional<SesSettings> ses(
      Values values, Map<String, String> environment, OnwardSettings onward) {
    return values.get(OnwardSettings.NEXT_HOP) instanceof NextHopUrl.Ses ses
        ? Optional.of(SesSettings.from(ses, values, environment, onward))
        : Optional.empty();
  }

  /** A mailbox sends as itself. */
  private static String sender(Values values, OnwardSettings onward, String hostname) {
    Login login = onward.login();
    return login != null && login.username().contains("@") && !QueueSettings.isBounceFromSet(values)
        ? login.username()
        : QueueSettings.bounceFrom(values, hostname);
  }
}
