package dev.ipauth.relay.onward;

import dev.ipauth.relay.onward.Failure.Stage;
import dev.ipauth.relay.smtp.NextHop;
import dev.ipauth.relay.tls.CertificateWatch;
import dev.ipauth.relay.tls.ClientTls;
import dev.ipauth.relay.transport.Transport;
import io.netty.channel.EventLoop;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.stream.StreamSupport;

/** A next hop that speaks SMTP, and the connections to it. */
final class SmtpFarSide implements FarSide {
  private final OnwardSettings settings;
  private final Gate gate;
  private final NextHopEvents events;
  private final ClientTls tls;
  private final Connector connector;
  private final OpenConnections open;
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
  SmtpFarSide(
      OnwardSettings settings, Transport transport, Gate gate, NextHopEvents events, Steps steps) {
    this.settings = settings;
    this.gate = gate;
    this.events = events;
    var addresses = new Addresses(settings.server().host(), settings.timeouts().connect());
    this.tls = new ClientTls(settings.tls());
    this.connector = new Connector(settings, transport, tls, addresses::find, this::backlog, steps);
    this.open =
        new OpenConnections(
            settings.pace().connections(), settings.timeouts().command(), this::closeIdle);
    this.room = new Semaphore(settings.kept());
  }

  @Override
  public SmtpDelivery delivery(EventLoop eventLoop, Lane lane) {
    return new SmtpDelivery(
        pool(eventLoop),
        account -> on(eventLoop, gate.enter(lane, account)),
        () -> open(eventLoop),
        offers::ofAll,
        events);
  }

  @Override
  public NeverTaken neverTaken() {
    return Envelope.NEVER_TAKEN;
  }

  /** Keeps the connection, so that the first device finds it open. */
  @Override
  public CompletionStage<Boolean> probe(EventLoop eventLoop) {
    return open(eventLoop)
        .thenApply(
            connection -> {
              pool(eventLoop).keep(connection);
              return true;
            })
        .exceptionally(
            failure -> {
              events.failed(NextHopLost.of(Stage.CONNECT, failure).failure());
              return false;
            });
  }

  @Override
  public void recall(Set<NextHop.Extension> before) {
    offers.recall(before);
  }

  @Override
  public void reloadCertificate(CertificateWatch watch) {
    tls.reload(watch);
  }

  /** Takes leave on the connections that carry no message, and on others after. */
  @Override
  public void close() {
    pools.forEach((eventLoop, pool) -> eventLoop.execute(pool::close));
    connector.close();
  }

  private void closeIdle() {
    pools.forEach((eventLoop, pool) -> eventLoop.execute(pool::giveOneUp));
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
        eventLoop, loop -> new ConnectionPool(loop, settings.idle(), room, open::isWanted));
  }

  private CompletionStage<NextHopConnection> open(EventLoop eventLoop) {
    return on(eventLoop, open.one())
        .thenCompose(_ -> connector.open(eventLoop).whenComplete(this::opened))
        .thenApply(
            connection -> {
              offers.heard(connection.channel().remoteAddress(), connection.keywords());
              events.opened();
              return connection;
            });
  }

  private void opened(NextHopConnection connection, Throwable failure) {
    if (failure == null) {
      connection.channel().closeFuture().addListener(_ -> open.closed());
    } else {
      open.closed();
    }
  }

  private static <T> CompletionStage<T> on(EventLoop eventLoop, CompletionStage<T> stage) {
    boolean isThere = stage.toCompletableFuture().isDone();
    return isThere ? stage : stage.whenCompleteAsync((_, _) -> {}, eventLoop);
  }
}
