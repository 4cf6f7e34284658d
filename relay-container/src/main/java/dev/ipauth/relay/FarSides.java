package dev.ipauth.relay;

import dev.ipauth.relay.onward.NextHopEvents;
import dev.ipauth.relay.onward.Onward;
import dev.ipauth.relay.onward.OnwardSettings;
import dev.ipauth.relay.onward.Steps;
import dev.ipauth.relay.queue.HeldTexts;
import dev.ipauth.relay.ses.SesFarSide;
import dev.ipauth.relay.ses.SesSettings;
import dev.ipauth.relay.transport.Transport;
import java.util.Optional;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;

/** Which far side the settings name. */
final class FarSides {
  private FarSides() {}

  /**
   * The way there; opens nothing yet.
   *
   * @param texts holds what a far side wants to have whole
   * @throws IllegalArgumentException when a certificate can't be used
   */
  static Onward onward(
      OnwardSettings onward,
      Optional<SesSettings> ses,
      HeldTexts texts,
      Transport transport,
      NextHopEvents events,
      Steps steps) {
    return ses.map(
            settings ->
                new Onward(
                    onward,
                    transport,
                    events,
                    (gate, health) ->
                        new SesFarSide(
                            settings,
                            DefaultCredentialsProvider.builder().build(),
                            texts,
                            gate,
                            health,
                            steps)))
        .orElseGet(() -> new Onward(onward, transport, steps, events));
  }
}
