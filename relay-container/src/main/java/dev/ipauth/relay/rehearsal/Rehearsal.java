package dev.ipauth.relay.rehearsal;

import dev.ipauth.relay.Relay;
import dev.ipauth.relay.access.DynamoTables;
import dev.ipauth.relay.settings.Settings;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.URI;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

/** The {@code rehearse} subcommand: a relay, and all that it talks to. */
public final class Rehearsal {
  /** So many that the JVM learns which of the relay's methods are worth compiling, and how. */
  public static final int ROUNDS = 100;

  private static final int DEVICES = 4;
  private static final int MESSAGES = 5;
  private static final int TRIES = 300;

  private Rehearsal() {}

  /**
   * Sends mail through a relay of its own, by address, in the clear and in TLS.
   *
   * @param rounds of each device's, at most 255: a connection or two to every port, with some
   *     messages each
   * @param eventLines stays the caller's to close
   * @throws UncheckedIOException when any of it isn't taken
   */
  public static void play(int rounds, OutputStream eventLines) {
    try (var tables = new LoopbackTables();
        var nextHop = new LoopbackNextHop();
        DynamoDbClient client = client(settings(nextHop.port()), tables.port());
        Relay relay = Relay.start(settings(nextHop.port()), client, eventLines)) {
      awaitReady(relay.management().getPort());
      allSend(rounds, relay.listeners());
      ask(relay.management().getPort(), "/metrics");
    } catch (IOException e) {
      throw new UncheckedIOException("The rehearsal failed: " + e.getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** All at once, so that what the relay does for many together is learnt too. */
  private static void allSend(int rounds, List<Relay.Listener> listeners)
      throws IOException, InterruptedException {
    var devices = new ArrayList<Callable<Void>>();
    for (int i = 1; i <= DEVICES; i++) {
      int number = i;
      devices.add(() -> send(rounds, listeners, number));
    }
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (Future<Void> device : threads.invokeAll(devices)) {
        device.get();
      }
    } catch (ExecutionException e) {
      throw new IOException(e.getCause());
    }
  }

  /** From another address in each round, so that there is something to be read of the tables. */
  private static @Nullable Void send(int rounds, List<Relay.Listener> listeners, int device)
      throws IOException {
    for (int round = 1; round <= rounds; round++) {
      var own = InetAddress.getByAddress(new byte[] {127, 0, (byte) round, (byte) device});
      for (Relay.Listener listener : listeners) {
        send(listener, own);
      }
    }
    return null;
  }

  private static void send(Relay.Listener listener, InetAddress own) throws IOException {
    int port = listener.address().getPort();
    switch (listener.kind()) {
      case STARTTLS, LEGACY_STARTTLS -> {
        sendInTheClear(port, own);
        try (Device device = Device.to(port, own).greet().say("STARTTLS", "220").encrypt().ehlo()) {
          device.send(MESSAGES).say("QUIT", "221");
        }
      }
      case TLS -> {
        try (Device device = Device.to(port, own).encrypt().greet()) {
          device.send(MESSAGES).say("QUIT", "221");
        }
      }
      case PLAIN -> sendInTheClear(port, own);
    }
  }

  private static void sendInTheClear(int port, InetAddress own) throws IOException {
    try (Device device = Device.to(port, own).greet()) {
      device.send(MESSAGES).say("QUIT", "221");
    }
  }

  // The first read takes long where a builder emulates another architecture.
  private static void awaitReady(int management) throws IOException, InterruptedException {
    for (int i = 1; i <= TRIES; i++) {
      try {
        ask(management, "/ready");
        return;
      } catch (IOException e) {
        if (i == TRIES) {
          throw e;
        }
        Thread.sleep(100);
      }
    }
  }

  private static void ask(int management, String path) throws IOException {
    URI uri = URI.create("http://127.0.0.1:" + management + path);
    try (InputStream answer = uri.toURL().openStream()) {
      answer.readAllBytes();
    }
  }

  private static DynamoDbClient client(Settings settings, int port) {
    return DynamoTables.client(settings.reading().tables())
        .endpointOverride(URI.create("http://127.0.0.1:" + port))
        .region(Region.US_EAST_1)
        .credentialsProvider(
            StaticCredentialsProvider.create(AwsBasicCredentials.create("rehearsal", "rehearsal")))
        .build();
  }

  private static Settings settings(int nextHop) {
    return Settings.read(
        Map.ofEntries(
            Map.entry("LISTEN_ADDRESS", "127.0.0.1"),
            Map.entry("SMTP_PORTS", "0"),
            Map.entry("SMTPS_PORTS", "0"),
            Map.entry("MANAGEMENT_PORT", "0"),
            Map.entry("NEXT_HOP", "smtp://127.0.0.1:" + nextHop),
            Map.entry("PASSWORD_PEPPER", Base64.getEncoder().encodeToString(new byte[32])),
            Map.entry("LOOKUP_TIMEOUT", "PT1M"),
            Map.entry("CACHE_TTL", "PT1M"),
            Map.entry("CONNECTIONS_PER_MINUTE", "0"),
            Map.entry("MESSAGES_PER_MINUTE_PER_ADDRESS", "0"),
            Map.entry("MESSAGES_PER_MINUTE_PER_USER", "0")));
  }
}
