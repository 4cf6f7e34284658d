package dev.ipauth.relay.operation;

import dev.ipauth.relay.onward.Failure;
import dev.ipauth.relay.onward.Failure.Stage;
import dev.ipauth.relay.onward.NextHopEvents;
import io.micrometer.core.instrument.MeterRegistry;

/** Counts what goes on at the next hop, and says when it is out of order. */
final class NextHopMeter implements NextHopEvents {
  private final Counters<Happening> happenings;
  private final Counters<Stage> failures;
  private final Dependency nextHop;

  private enum Happening {
    OPENED,
    REUSED,
    REPLACED,
    AMBIGUOUS,
    PACED
  }

  NextHopMeter(MeterRegistry registry, Dependency nextHop) {
    this.nextHop = nextHop;
    this.happenings =
        new Counters<>(
            registry,
            Happening.class,
            "relay.next.hop.connections",
            "event",
            "Connections to the next hop: opened, reused for another message, replaced because a"
                + " kept one was dead; ambiguous is a final dot without a reply, so that the"
                + " message may arrive twice; paced is a message that waited in vain for"
                + " `NEXT_HOP_CONNECTIONS` or `NEXT_HOP_PER_MINUTE`.");
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
    nextHop.worked();
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
  public void answered() {
    nextHop.worked();
  }

  @Override
  public void failed(Failure failure) {
    if (failure.kind() == Failure.Kind.PACED) {
      happenings.count(Happening.PACED); // the next hop is well
      return;
    }
    failures.count(failure.stage());
    nextHop.failed(sentence(failure));
  }

  /** The cause in words: how far it came, and what stopped it. */
  private static String sentence(Failure failure) {
    String how =
        switch (failure.stage()) {
          case CONNECT -> "It can't be reached";
          case GREETING, EHLO -> "It doesn't greet as a mail server does";
          case TLS -> "TLS can't be agreed upon";
          case AUTH -> "The login fails";
          case MAIL, RCPT, DATA -> "It breaks off at a command";
          case TEXT -> "It breaks off in a message's text";
          case FINAL_DOT -> "It breaks off after the end of a message";
        };
    return how + ": " + failure.why();
  }
}
