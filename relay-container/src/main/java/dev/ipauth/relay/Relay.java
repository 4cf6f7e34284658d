package dev.ipauth.relay;

import dev.ipauth.relay.access.DynamoTables;
import dev.ipauth.relay.access.LookupMeter;
import dev.ipauth.relay.access.Lookups;
import dev.ipauth.relay.onward.NextHopEvents;
import dev.ipauth.relay.onward.Onward;
import dev.ipauth.relay.settings.Conversation;
import dev.ipauth.relay.settings.Settings;
import dev.ipauth.relay.smtp.Surroundings;
import dev.ipauth.relay.smtp.Terms;
import dev.ipauth.relay.wire.Certificate;
import dev.ipauth.relay.wire.Port;
import dev.ipauth.relay.wire.ServerTls;
import dev.ipauth.relay.wire.SmtpServer;
import dev.ipauth.tables.IpAddress;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

/** A running relay. */
public final class Relay implements AutoCloseable {

  private static final LookupMeter NOT_METERED =
      new LookupMeter() {
        @Override
        public void hit() {}

        @Override
        public void read(Duration took, boolean good) {}
      };
  private static final NextHopEvents NOT_COUNTED =
      new NextHopEvents() {
        @Override
        public void opened() {}

        @Override
        public void reused() {}

        @Override
        public void replaced() {}

        @Override
        public void failed(Stage stage, String why) {}

        @Override
        public void ambiguous() {}
      };

  /** Where it listens for devices. */
  public record Listener(Port.Kind kind, InetSocketAddress address) {}

  private final EventLoopGroup eventLoops =
      new MultiThreadIoEventLoopGroup(0, NioIoHandler.newFactory());
  private final Lookups lookups;
  private final Onward onward;
  private final ServerTls tls;
  private final SmtpServer server;
  private final Duration drain;
  private final List<Listener> listeners;

  private Relay(Settings settings, DynamoDbClient client) {
    var reading = settings.reading();
    var conversation = settings.conversation();
    var tables =
        new DynamoTables(client, reading.smtpUsersTable(), reading.ipAuthenticationsTable());
    lookups =
        new Lookups(
            tables, reading.lookups(), new Lookups.Meters(NOT_METERED, NOT_METERED, NOT_METERED));
    onward = new Onward(settings.onward(), NOT_COUNTED);
    tls = new ServerTls(certificate(conversation));
    drain = settings.operation().drain();
    server =
        new SmtpServer(
            eventLoops,
            onward::handOn,
            new Surroundings(
                lookups.access(reading.peppers()), _ -> {}, Relay::newId, InstantSource.system()),
            tls,
            new SmtpServer.Rules(
                kind -> terms(conversation, kind), conversation.idle(), conversation.session()));
    onward.probe(eventLoops.next()).toCompletableFuture().join();
    String address = settings.listening().address().map(IpAddress::toString).orElse("");
    listeners =
        settings.listening().ports().stream()
            .map(port -> new Listener(port.kind(), server.listen(address, port)))
            .toList();
  }

  /**
   * Starts a relay; when it returns, mail is taken.
   *
   * @param tables stays the caller's to close
   */
  public static Relay start(Settings settings, DynamoDbClient tables) {
    return new Relay(settings, tables);
  }

  public List<Listener> listeners() {
    return listeners;
  }

  private static Certificate certificate(Conversation conversation) {
    return conversation
        .certificate()
        .<Certificate>map(files -> new Certificate.PemFiles(files.chain(), files.privateKey()))
        .orElseGet(() -> Certificate.SelfSigned.of(conversation.hostname()));
  }

  private static Terms terms(Conversation conversation, Port.Kind kind) {
    return new Terms(
        conversation.hostname(),
        kind == Port.Kind.STARTTLS || kind == Port.Kind.LEGACY_STARTTLS,
        conversation.authWithoutTls(),
        conversation.maxMessageBytes(),
        conversation.maxHeaderBytes(),
        conversation.maxRecipients(),
        conversation.maxErrors());
  }

  private static String newId() {
    return Long.toUnsignedString(ThreadLocalRandom.current().nextLong(), 36);
  }

  /** Takes no more connections, lets every transaction under way finish, then ends. */
  @Override
  public void close() {
    server.stopListening();
    try {
      server.drain(drain);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
    onward.close();
    eventLoops.shutdownGracefully(0, 2, TimeUnit.SECONDS).syncUninterruptibly();
    lookups.close();
  }
}
