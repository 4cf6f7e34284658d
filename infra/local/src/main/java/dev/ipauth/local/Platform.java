package dev.ipauth.local;

import static java.util.concurrent.CompletableFuture.supplyAsync;

import dev.ipauth.embedded.EmbeddedTables;
import dev.ipauth.embedded.protocol.ProtocolServer;
import dev.ipauth.local.command.CommandSocket;
import dev.ipauth.local.command.FolderCommands;
import dev.ipauth.local.data.DataDir;
import dev.ipauth.local.data.KeyRing;
import dev.ipauth.local.data.Tables;
import dev.ipauth.local.lines.RecordedLines;
import dev.ipauth.local.sink.MailSink;
import dev.ipauth.relay.Relay;
import dev.ipauth.relay.Settings;
import dev.ipauth.relay.operation.Management;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.LockSupport;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

/**
 * The running platform: the tables, and beside them who writes them and who reads them, who wait
 * for the tables only when they need them. It stops in the opposite order.
 */
final class Platform implements AutoCloseable {
  /** Of all messages in the sink together. */
  private static final int SINK_BYTES = 128 << 20;

  // A platform that is running is known by its socket at once. A back-up that isn't waited for long
  // enough leaves a platform down: no service manager starts again after status 2.
  private static final Duration COMMANDS_TIMEOUT = Duration.ofMinutes(15);
  private static final Duration WITHOUT_A_WORD = Duration.ofSeconds(1);
  private static final Duration BETWEEN_TRIES = Duration.ofMillis(100);

  /** The common pool has a single thread on a machine of two cores. */
  private static final Executor SIDE_BY_SIDE = part -> Thread.ofPlatform().start(part);

  private final Deque<AutoCloseable> started = new ConcurrentLinkedDeque<>();
  private final Optional<MailSink> sink;
  private final Optional<ProtocolServer> dynamoDb;
  private final ControlPlane controlPlane;
  private final Relay relay;

  private Platform(Map<String, String> environment, OutputStream eventLines) {
    try {
      LocalSettings local = LocalSettings.read(environment);
      Optional<DataDir> dataDir = local.dataDir().map(setting -> begin(hold(setting)));
      Optional<KeyRing> keys = dataDir.map(DataDir::keys);
      EmbeddedTables tables =
          begin(dataDir.map(folder -> Tables.in(folder.tables())).orElseGet(Tables::inMemory));
      sink =
          isSet(environment, "NEXT_HOP")
              ? Optional.empty()
              : Optional.of(begin(MailSink.start(SINK_BYTES)));
      Map<String, String> complete = Defaults.complete(environment, dataDir, sink);
      Settings settings = Settings.read(complete);
      DynamoDbClient client = tables.client();
      // Ended after those who write lines, and before the tables that the recorder writes.
      RecordedLines lines = begin(new RecordedLines(eventLines, linesFolder(dataDir)));
      dynamoDb = local.dynamoDbPort().map(port -> begin(serve(client, port)));
      var starting =
          supplyAsync(
              () -> begin(ControlPlane.start(local.http(), complete, client, sink, keys)),
              SIDE_BY_SIDE);
      var relayStarting =
          supplyAsync(() -> begin(Relay.start(settings, client, lines)), SIDE_BY_SIDE);
      settle(starting, relayStarting);
      controlPlane = starting.join();
      relay = relayStarting.join();
      dataDir.ifPresent(
          folder ->
              begin(
                  CommandSocket.open(
                      folder.socket(),
                      new FolderCommands(
                          folder,
                          keys.orElseThrow(),
                          () -> tables,
                          () -> LocalSettings.auditRetention(environment)))));
      lines.giveTo(controlPlane.recorder()::record);
    } catch (RuntimeException e) {
      try {
        close();
      } catch (IllegalStateException another) {
        e.addSuppressed(another);
      }
      throw e;
    }
  }

  /**
   * Starts it; when this returns, every part of it answers.
   *
   * @param environment the variables of {@code running.md}
   * @param eventLines where the relay's event lines go
   * @throws dev.ipauth.settings.BadSettings with a line for everything that is wrong with them
   * @throws UncheckedIOException when a port is taken
   * @throws dev.ipauth.embedded.UnusableDatabase when the tables can't be used
   */
  static Platform start(Map<String, String> environment, OutputStream eventLines) {
    return new Platform(environment, eventLines);
  }

  /** A command, such as a back-up, has it for a moment; a platform that listens keeps it. */
  private static DataDir hold(String dataDir) {
    long begin = System.nanoTime();
    Optional<DataDir> folder = DataDir.holdIfFree(dataDir);
    Path socket = Path.of(dataDir, DataDir.SOCKET);
    boolean isSaid = false;
    while (folder.isEmpty()
        && System.nanoTime() - begin < COMMANDS_TIMEOUT.toNanos()
        && !CommandSocket.isOpen(socket)) {
      if (!isSaid && System.nanoTime() - begin > WITHOUT_A_WORD.toNanos()) {
        System.err.println("A command is using DATA_DIR; waiting for it to end.");
        isSaid = true;
      }
      LockSupport.parkNanos(BETWEEN_TRIES.toNanos());
      folder = DataDir.holdIfFree(dataDir);
    }
    return folder.orElseGet(() -> DataDir.hold(dataDir));
  }

  private static Path linesFolder(Optional<DataDir> dataDir) {
    try {
      return dataDir.isPresent()
          ? dataDir.get().lines()
          : Files.createTempDirectory("smtp-relay-lines");
    } catch (IOException e) {
      throw new UncheckedIOException("There is no room for event lines: " + e.getMessage(), e);
    }
  }

  private static ProtocolServer serve(DynamoDbClient client, int port) {
    // It is the process's first server of this kind.
    Management.boundConnections();
    try {
      return ProtocolServer.start(client, port);
    } catch (IOException e) {
      throw new UncheckedIOException(
          "DYNAMODB_PORT=" + port + " can't be opened. Is it in use?", e);
    }
  }

  /** Waits for all of them, so that what one has started can be stopped when another fails. */
  private static void settle(CompletableFuture<?>... all) {
    try {
      CompletableFuture.allOf(all).join();
    } catch (CompletionException e) {
      throw e.getCause() instanceof RuntimeException cause ? cause : e;
    }
  }

  private static boolean isSet(Map<String, String> environment, String name) {
    return !environment.getOrDefault(name, "").isBlank();
  }

  private <T extends AutoCloseable> T begin(T part) {
    started.push(part);
    return part;
  }

  /** Where the API answers, without a slash at the end. */
  String http() {
    return controlPlane.url();
  }

  Relay relay() {
    return relay;
  }

  /** The next hop, unless another is set. */
  MailSink sink() {
    return sink.orElseThrow();
  }

  /** Where everything listens, a line each. */
  List<String> places() {
    var places = new ArrayList<String>();
    places.add("API         " + http());
    places.add("its page    " + http() + "/docs");
    relay.listeners().forEach(l -> places.add(place("SMTP", l.address()) + " " + l.kind()));
    places.add("management  http://localhost:" + relay.management().getPort());
    dynamoDb.ifPresent(server -> places.add("DynamoDB    http://127.0.0.1:" + server.port()));
    sink.ifPresent(there -> places.add("mail sink   smtp://127.0.0.1:" + there.port()));
    return places;
  }

  private static String place(String what, InetSocketAddress address) {
    String host = address.getAddress().isAnyLocalAddress() ? "*" : address.getHostString();
    return "%-11s %s:%s".formatted(what, host, address.getPort());
  }

  @Override
  public void close() {
    AutoCloseable last = started.poll();
    if (last != null) {
      // The others are stopped behind it, whether it stops or not.
      try (Platform _ = this) {
        stop(last);
      }
    }
  }

  private static void stop(AutoCloseable part) {
    try {
      part.close();
    } catch (Exception e) {
      throw new IllegalStateException(part.getClass().getSimpleName() + " didn't stop", e);
    }
  }
}
