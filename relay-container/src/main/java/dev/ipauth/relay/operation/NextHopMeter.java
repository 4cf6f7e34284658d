package dev.ipauth.relay.operation;

import dev.ipauth.relay.onward.NextHopEvents;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Locale;
import java.util.Map;

/** Counts what goes on at the next hop, and writes down what fails. */
final class NextHopMeter implements NextHopEvents {
  private final Counters<Happening> happenings;
  private final Counters<Stage> failures;
  private final EventLog log;

  private enum Happening {
    OPENED,
    REUSED,
    REPLACED,
    AMBIGUOUS
  }

  NextHopMeter(MeterRegistry registry, EventLog log) {
    this.log = log;
    this.happenings =
        new Counters<>(
            registry,
            Happening.class,
            "relay.next.hop.connections",
            "event",
            "Connections to the next hop: opened, reused for another message, replaced because a"
                + " kept one was dead; ambiguous is a final dot without a reply, so that the"
                + " message may arrive twice.");
    this.failures =
        new Counters<>(
            registry,
            Stage.class,
            "relay.next.hop.failures",
            "stage",
            "Connections to the next hop that failed, by how far they came.");
  }

  @Override
  public void opened() {
    happenings.count(Happening.OPENED);
  }

  @Override
  public void reused() {
    happenings.count(Happening.REUSED);
  }

  @Override
  public void replaced() {
    happenings.count(Happening.REPLACED);
  }

  @Override
  public void ambiguous() {
    happenings.count(Happening.AMBIGUOUS);
  }

  @Override
  public void failed(Stage stage, String why) {
    failures.count(stage);
    log.note(
        "next-hop-failed",
        Map.of("stage", stage.name().toLowerCase(Locale.ROOT).replace('_', '-'), "why", why));
  }
}
