package dev.ipauth.relay.onward;

import dev.ipauth.relay.smtp.NextHop;
import dev.ipauth.relay.tls.CertificateWatch;
import dev.ipauth.relay.transport.Transport;
import io.netty.channel.EventLoop;
import java.util.Set;
import java.util.concurrent.CompletionStage;

/** The way to the next hop for all of a relay's devices, and its queue. Thread-safe. */
public final class Onward implements AutoCloseable {
  private final NextHopHealth health;
  private final FarSide farSide;

  /**
   * By SMTP; opens nothing yet.
   *
   * @throws IllegalArgumentException when the authorities to trust, or the relay's own certificate,
   *     can't be used
   */
  public Onward(OnwardSettings settings, Transport transport, NextHopEvents events) {
    this(settings, transport, Steps.unwatched(), events);
  }

  /** By SMTP, likewise, with somebody who looks on. */
  public Onward(OnwardSettings settings, Transport transport, Steps steps, NextHopEvents events) {
    this(
        settings,
        transport,
        events,
        (gate, health) -> new SmtpFarSide(settings, transport, gate, health, steps));
  }

  /** To whatever far side is made. */
  public Onward(
      OnwardSettings settings, Transport transport, NextHopEvents events, FarSide.Maker maker) {
    this.health =
        new NextHopHealth(
            events, transport.eventLoops(), () -> tryToReach(transport.eventLoops().next()));
    var gate =
        new Gate(
            settings.pace(),
            settings.timeouts().command(),
            transport.eventLoops(),
            System::nanoTime);
    this.farSide = maker.make(gate, health);
  }

  private CompletionStage<Boolean> tryToReach(EventLoop eventLoop) {
    return farSide.probe(eventLoop);
  }

  /** The way for messages of whatever lives on this event loop. */
  public Delivery delivery(EventLoop eventLoop, Lane lane) {
    return farSide.delivery(eventLoop, lane);
  }

  /** What the next hop refuses whether or not it is there. */
  public NeverTaken neverTaken() {
    return farSide.neverTaken();
  }

  /**
   * Tries to reach the next hop, so that what it offers is known before the first device asks.
   *
   * @return completes when it was tried, whether or not the next hop is there
   */
  public CompletionStage<Void> probe(EventLoop eventLoop) {
    return farSide.probe(eventLoop).thenAccept(_ -> {});
  }

  /** What the next hop offered before a restart, which counts until it is reached. */
  public void recall(Set<NextHop.Extension> before) {
    farSide.recall(before);
  }

  /** Whether the next hop is held to be down. */
  public NextHopHealth health() {
    return health;
  }

  /** Looks whether the certificate that the next hop is shown has changed; blocks on files. */
  public void reloadCertificate(CertificateWatch watch) {
    farSide.reloadCertificate(watch);
  }

  /** Takes leave of the next hop. */
  @Override
  public void close() {
    health.close();
    farSide.close();
  }
}
