package dev.ipauth.relay.onward;

import dev.ipauth.relay.smtp.NextHop.Extension;
import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/** The way to the next hop for all of a relay's devices. Thread-safe. */
public final class Onward {
  private final OnwardSettings settings;
  private final NextHopEvents events;
  private final ClientTls tls;
  private final Map<EventLoop, KeptConnections> connections = new ConcurrentHashMap<>();
  private volatile Set<Extension> extensions = Set.of();

  /**
   * Opens nothing yet.
   *
   * @throws IllegalArgumentException when the authorities to trust can't be read
   */
  public Onward(OnwardSettings settings, NextHopEvents events) {
    this.settings = settings;
    this.events = events;
    this.tls = new ClientTls(settings);
  }

  /** The way for one device's messages, on its channel's event loop. */
  public HandOn handOn(Channel device) {
    return new HandOn(settings, kept(device.eventLoop()), events, () -> extensions);
  }

  /**
   * Opens a connection and keeps it, so that what the next hop offers is known before the first
   * device asks.
   *
   * @return completes when it was tried, whether or not the next hop is there
   */
  public CompletionStage<Void> probe(EventLoop eventLoop) {
    var probed = new CompletableFuture<Void>();
    KeptConnections here = kept(eventLoop);
    here.open()
        .whenComplete(
            (connection, _) -> {
              if (connection != null) {
                here.keep(connection);
              }
              probed.complete(null);
            });
    return probed;
  }

  /** Closes the connections that carry no message. */
  public void close() {
    connections.forEach((eventLoop, kept) -> eventLoop.execute(kept::close));
  }

  private KeptConnections kept(EventLoop eventLoop) {
    return connections.computeIfAbsent(
        eventLoop, loop -> new KeptConnections(loop, settings, tls, this::opened));
  }

  private void opened(NextHopConnection connection) {
    events.opened();
    extensions =
        Arrays.stream(Extension.values())
            .filter(extension -> connection.keywords().contains(extension.name()))
            .collect(Collectors.toUnmodifiableSet());
  }
}
