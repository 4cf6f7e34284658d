package dev.ipauth.relay.onward;

import dev.ipauth.relay.onward.Failure.Stage;
import dev.ipauth.relay.tls.CertificateWatch;
import dev.ipauth.relay.tls.ClientTls;
import dev.ipauth.relay.transport.Transport;
import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.stream.StreamSupport;

/** The way to the next hop for all of a relay's devices. Thread-safe. */
public final class Onward {
  private final OnwardSettings settings;
  private final NextHopHealth health;
  private final ClientTls tls;
  private final Connector connector;
  private final Semaphore room;
  private final Map<EventLoop, ConnectionPool> pools = new ConcurrentHashMap<>();
  private final Map<EventLoop, Backlog> backlogs = new ConcurrentHashMap<>();
  private final Offers offers = new Offers();

  /**
   * Opens nothing yet.
   *
   * @throws IllegalArgumentException when the authorities to trust, or the relay's own certificate,
   *     can't be used
   */
  public Onward(OnwardSettings settings, Transport transport, NextHopEvents events) {
    this.settings = settings;
    this.health =
        new NextHopHealth(
            events, transport.eventLoops(), () -> tryToOpen(transport.eventLoops().next()));
    var addresses = new Addresses(settings.nextHop().host(), settings.timeouts().connect());
    this.tls = new ClientTls(settings.tls());
    this.connector = new Connector(settings, transport, tls, addresses::find, this::backlog);
    this.room = new Semaphore(settings.kept());
  }

  /** The way for one device's messages, on its channel's event loop. */
  public Delivery delivery(Channel device) {
    return delivery(device.eventLoop());
  }

  /** The way for messages of whatever lives on this event loop. */
  public Delivery delivery(EventLoop eventLoop) {
    return new SmtpDelivery(pool(eventLoop), () -> open(eventLoop), offers::ofAll, health);
  }

  /**
   * Opens a connection and keeps it, so that what the next hop offers is known before the first
   * device asks.
   *
   * @return completes when it was tried, whether or not the next hop is there
   */
  public CompletionStage<Void> probe(EventLoop eventLoop) {
    return tryToOpen(eventLoop).thenAccept(_ -> {});
  }

  private CompletionStage<Boolean> tryToOpen(EventLoop eventLoop) {
    return open(eventLoop)
        .thenApply(
            connection -> {
              pool(eventLoop).keep(connection);
              return true;
            })
        .exceptionally(
            failure -> {
              health.failed(NextHopLost.of(Stage.CONNECT, failure).failure());
              return false;
            });
  }

  /** Whether the next hop is held to be down. */
  public NextHopHealth health() {
    return health;
  }

  /** Looks whether the certificate that the next hop is shown has changed; blocks on files. */
  public void reloadCertificate(CertificateWatch watch) {
    tls.reload(watch);
  }

  /** Takes leave of the next hop on the connections that carry no message, and on others after. */
  public void close() {
    pools.forEach((eventLoop, pool) -> eventLoop.execute(pool::close));
    connector.close();
  }

  private Backlog backlog(EventLoop eventLoop) {
    return backlogs.computeIfAbsent(eventLoop, loop -> new Backlog(share(loop)));
  }

  /** Of a quarter of what there is: the rest is for what devices have sent, and for all else. */
  private static long share(EventLoop eventLoop) {
    var all = eventLoop.parent();
    long loops = all == null ? 1 : StreamSupport.stream(all.spliterator(), false).count();
    return Runtime.getRuntime().maxMemory() / 4 / loops;
  }

  private ConnectionPool pool(EventLoop eventLoop) {
    return pools.computeIfAbsent(
        eventLoop, loop -> new ConnectionPool(loop, settings.idle(), room));
  }

  private CompletionStage<NextHopConnection> open(EventLoop eventLoop) {
    return connector
        .open(eventLoop)
        .thenApply(
            connection -> {
              offers.heard(connection.channel().remoteAddress(), connection.keywords());
              health.opened();
              return connection;
            });
  }
}
