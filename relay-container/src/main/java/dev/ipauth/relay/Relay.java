package dev.ipauth.relay;

import dev.ipauth.relay.access.AccessSettings;
import dev.ipauth.relay.access.DynamoTables;
import dev.ipauth.relay.access.Lookups;
import dev.ipauth.relay.limits.AuthFailures;
import dev.ipauth.relay.limits.LimitedAccess;
import dev.ipauth.relay.limits.Limits;
import dev.ipauth.relay.limits.Rates;
import dev.ipauth.relay.message.HeaderBudget;
import dev.ipauth.relay.onward.Delivery;
import dev.ipauth.relay.onward.Lane;
import dev.ipauth.relay.onward.NextHopEvents;
import dev.ipauth.relay.onward.Onward;
import dev.ipauth.relay.onward.Steps;
import dev.ipauth.relay.operation.Chores;
import dev.ipauth.relay.operation.Dependency;
import dev.ipauth.relay.operation.EventLog;
import dev.ipauth.relay.operation.Management;
import dev.ipauth.relay.operation.Metrics;
import dev.ipauth.relay.operation.OperatorFaultAlarm;
import dev.ipauth.relay.operation.Readiness;
import dev.ipauth.relay.queue.HeldTexts;
import dev.ipauth.relay.queue.MailQueue;
import dev.ipauth.relay.queue.QueueSettings;
import dev.ipauth.relay.smtp.Event;
import dev.ipauth.relay.smtp.PortPolicy;
import dev.ipauth.relay.smtp.SessionContext;
import dev.ipauth.relay.tls.Certificate;
import dev.ipauth.relay.tls.CertificateSecret;
import dev.ipauth.relay.tls.ServerTls;
import dev.ipauth.relay.transport.FileDescriptors;
import dev.ipauth.relay.transport.Memory;
import dev.ipauth.relay.transport.Transport;
import dev.ipauth.relay.wire.ConversationSettings;
import dev.ipauth.relay.wire.ListenSettings;
import dev.ipauth.relay.wire.Port;
import dev.ipauth.relay.wire.SmtpServer;
import dev.ipauth.relay.wire.Timeouts;
import dev.ipauth.tables.IpAddress;
import dev.ipauth.tables.MessageId;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

/** A running relay. */
public final class Relay implements AutoCloseable {

  /** Where it listens for devices. */
  public record Listener(Port.Kind kind, InetSocketAddress address) {}

  private static final Duration FIRST_LOOK = Duration.ofSeconds(2);
  private static final Duration LAST_TASKS = Duration.ofSeconds(5);
  private static final Duration PROXY_HEADER = Duration.ofSeconds(5);
  private static final Duration TABLES_AGAIN = Duration.ofSeconds(5);

  private static final Duration ROOM_AGAIN = Duration.ofSeconds(1);
  private static final Duration COUNT_AGAIN = Duration.ofMinutes(1);
  private static final Duration SWEEP_AGAIN = Duration.ofHours(1);

  // Each try may be a failed login there.
  private static final Duration NEXT_HOP_AGAIN = Duration.ofSeconds(30);

  private final Transport transport = Transport.ofThisMachine();
  private final Chores chores = new Chores();
  private final Metrics metrics = new Metrics();
  private final EventLog log;
  private final Lookups lookups;
  private final Onward onward;
  private final @Nullable MailQueue queue;
  private final SmtpServer server;
  private final Readiness readiness;
  private final Management management;
  private final ServerTls tls;
  private final Dependency certificate;
  private final Dependency nextHopCertificate;
  private final Duration drain;
  private volatile boolean closing;
  private final List<Listener> listeners;

  private Relay(Settings settings, DynamoDbClient client, OutputStream out) {
    log = new EventLog(out, metrics);
    Dependency tables = metrics.dependency("tables", log);
    Dependency nextHop = metrics.dependency("next-hop", log);
    lookups = lookups(settings.access(), client, tables);
    var texts = new HeldTexts(settings.held());
    onward =
        FarSides.onward(
            settings.onward(),
            settings.ses(),
            texts,
            transport,
            events(settings, metrics.nextHop(nextHop)),
            Steps.unwatched());
    queue = settings.queue().map(q -> queue(q, settings, client, texts)).orElse(null);
    Rates rates = bounded(settings.rates());
    var limits = new Limits(rates, System::nanoTime, metrics::reached);
    tls = new ServerTls(certificate(settings.conversation()));
    server =
        new SmtpServer(
            transport,
            device -> delivery(device.eventLoop()),
            sessionContext(settings, limits),
            tls,
            rules(settings, limits),
            metrics);
    drain = settings.operation().drain();
    readiness = new Readiness(lookups::trouble, this::queueTrouble);
    metrics.watchOpenConnections(limits::connections);
    lookAround();
    certificate = metrics.dependency("certificate", log);
    nextHopCertificate = metrics.dependency("next-hop-certificate", log);
    watchCertificates();
    transport.watch(() -> closing);
    chores.every(ROOM_AGAIN, "Making room for other accounts' devices", limits::makeRoom);
    chores.every(TABLES_AGAIN, "Reading the tables again", () -> lookAgain(tables));
    chores.every(NEXT_HOP_AGAIN, "Trying the next hop again", () -> tryAgain(nextHop));
    listeners = listen(settings.listening());
    if (queue != null) {
      begin(queue);
    }
    management = new Management(managementAddress(settings), readiness, metrics::scrape);
  }

  private void watchCertificates() {
    tls.tell(certificate);
    onward.reloadCertificate(nextHopCertificate);
    chores.every(tls.lookEvery(), "Looking for a new certificate", () -> tls.reload(certificate));
    chores.every(
        Certificate.PemFiles.LOOK_EVERY,
        "Looking for a new certificate for the next hop",
        () -> onward.reloadCertificate(nextHopCertificate));
  }

  /** Looks at once whether a certificate has changed, as it does every few seconds anyway. */
  public void reloadCertificates() {
    tls.reload(certificate);
    onward.reloadCertificate(nextHopCertificate);
  }

  /** No more connections than there are file descriptors and memory for: a line says so. */
  private static Rates bounded(Rates rates) {
    int most = Math.min(FileDescriptors.connections(), Memory.connections());
    if (rates.connections() != 0 && rates.connections() <= most) {
      return rates;
    }
    String why =
        most == FileDescriptors.connections()
            ? "there are no file descriptors for more. Raise their limit (ulimit -n, LimitNOFILE,"
                + " nofile),"
            : "there is no memory for more beside the heap and buffers. Give the process more,";
    System.err.println(
        "At most %s connections at once are taken: %s or set MAX_CONNECTIONS to that number."
            .formatted(most, why));
    return rates.withConnections(most);
  }

  private Lookups lookups(AccessSettings reading, DynamoDbClient client, Dependency tables) {
    return new Lookups(
        new DynamoTables(client, reading.tables()), reading.lookups(), metrics.lookups(tables));
  }

  /** A queue has an alarm of its own, for what it reads in a message's replies, too. */
  private NextHopEvents events(Settings settings, NextHopEvents events) {
    return settings.queue().isPresent() ? events : new OperatorFaultAlarm(events, log::note);
  }

  private MailQueue queue(
      QueueSettings queue, Settings settings, DynamoDbClient client, HeldTexts texts) {
    return new MailQueue(
        queue,
        settings.conversation().hostname(),
        client,
        texts,
        onward,
        transport.eventLoops()::next,
        metrics.queue(log));
  }

  private Optional<String> queueTrouble() {
    return queue == null ? Optional.empty() : queue.trouble();
  }

  private Delivery delivery(EventLoop loop) {
    return queue == null ? onward.delivery(loop, Lane.DEVICES) : queue.delivery(loop);
  }

  private void begin(MailQueue kept) {
    metrics.watchQueue(kept::kept, onward.health()::isDown);
    kept.start();
    chores.every(COUNT_AGAIN, "Counting what is kept", kept::count);
    chores.every(SWEEP_AGAIN, "Sweeping texts that nothing needs", kept::sweep);
  }

  /** So that the end of an outage is noticed while no device asks. */
  private void lookAgain(Dependency tables) {
    if (tables.outage().isPresent()) {
      lookups.trouble();
    }
  }

  private void tryAgain(Dependency nextHop) {
    // One that is held to be down is probed already, at its own pace.
    if (nextHop.outage().isPresent() && !onward.health().isDown()) {
      onward.probe(transport.eventLoops().next());
    }
  }

  private SessionContext sessionContext(Settings settings, Limits limits) {
    var failures = new AuthFailures(settings.rates(), System::nanoTime, metrics::reached);
    var access = new LimitedAccess(lookups.access(settings.access().peppers()), limits, failures);
    Event.Journal journal =
        event -> {
          log.record(event);
          metrics.record(event);
        };
    var headers = new HeaderBudget(settings.conversation().headersHeldBytes());
    metrics.watchHeaders(headers::held);
    return new SessionContext(access, journal, Relay::newId, InstantSource.system(), headers);
  }

  private static SmtpServer.Rules rules(Settings settings, Limits limits) {
    var conversation = settings.conversation();
    var listening = settings.listening();
    return new SmtpServer.Rules(
        kind -> portPolicy(conversation, kind),
        limits,
        listening.proxyProtocol() ? listening.trustedProxies() : List.of(),
        new Timeouts(
            conversation.idle(),
            conversation.auth(),
            conversation.session(),
            conversation.firstMail(),
            PROXY_HEADER));
  }

  /**
   * Learns what the next hop offers before the first device asks, and reads from the tables once,
   * for the first read takes longest; mail waits for neither.
   */
  private void lookAround() {
    var tables = lookups.trouble().toCompletableFuture();
    var nextHop = onward.probe(transport.eventLoops().next()).toCompletableFuture();
    CompletableFuture.allOf(tables, nextHop)
        .completeOnTimeout(null, FIRST_LOOK.toMillis(), TimeUnit.MILLISECONDS)
        .join();
  }

  private List<Listener> listen(ListenSettings listening) {
    IpAddress address = listening.address().orElse(null);
    return listening.ports().stream()
        .map(port -> new Listener(port.kind(), server.listen(address, port)))
        .toList();
  }

  static InetSocketAddress managementAddress(Settings settings) {
    int port = settings.operation().managementPort();
    return settings
        .listening()
        .address()
        .map(address -> new InetSocketAddress(address.toInetAddress(), port))
        .orElseGet(() -> new InetSocketAddress(port));
  }

  /**
   * Starts a relay; when it returns, mail is taken.
   *
   * @param tables stays the caller's to close
   * @param out where its event lines go, stays the caller's to close
   * @throws UncheckedIOException when a port is taken or may not be opened
   * @throws IllegalArgumentException when a certificate can't be used
   */
  public static Relay start(Settings settings, DynamoDbClient tables, OutputStream out) {
    return new Relay(settings, tables, out);
  }

  public List<Listener> listeners() {
    return listeners;
  }

  /** Where it answers for health, readiness and metrics. */
  public InetSocketAddress management() {
    return management.address();
  }

  EventLoopGroup eventLoops() {
    return transport.eventLoops();
  }

  private static Certificate certificate(ConversationSettings conversation) {
    return switch (conversation.certificate()) {
      case ConversationSettings.Certificate.Files files ->
          new Certificate.PemFiles(files.chain(), files.privateKey());
      case ConversationSettings.Certificate.Secret secret ->
          new Certificate.Secret(CertificateSecret.inSecretsManager(secret.id()));
      case ConversationSettings.Certificate.MadeAtTheStart() ->
          Certificate.SelfSigned.of(conversation.hostname());
    };
  }

  private static PortPolicy portPolicy(ConversationSettings conversation, Port.Kind kind) {
    return new PortPolicy(
        conversation.hostname(),
        kind == Port.Kind.STARTTLS || kind == Port.Kind.LEGACY_STARTTLS,
        conversation.authWithoutTls(),
        conversation.maxMessageBytes(),
        conversation.maxHeaderBytes(),
        conversation.maxRecipients(),
        conversation.maxErrors());
  }

  private static String newId() {
    return MessageId.begunAt(
        System.currentTimeMillis(), ThreadLocalRandom.current().nextLong(Long.MAX_VALUE));
  }

  /**
   * Takes no more connections, lets every transaction under way finish, then ends. Every wait has
   * its bound: a thread that is stuck doesn't keep the relay from ending.
   */
  @Override
  public void close() {
    readiness.drain();
    server.stopListening();
    try {
      long began = System.nanoTime();
      server.drain(drain);
      if (queue != null) {
        queue.drain(drain.minusNanos(System.nanoTime() - began));
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
    if (queue != null) {
      queue.close();
    }
    onward.close();
    closing = true;
    transport
        .eventLoops()
        .shutdownGracefully(0, 2, TimeUnit.SECONDS)
        .awaitUninterruptibly(LAST_TASKS.toMillis());
    chores.close();
    lookups.close();
    management.close();
    log.close();
  }
}
