package dev.ipauth.relay.rehearsal;

import dev.ipauth.relay.Relay;
import dev.ipauth.relay.access.DynamoTables;
import dev.ipauth.relay.settings.Settings;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.util.Base64;
import java.util.Map;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

/** The {@code rehearse} subcommand: a relay, and all that it talks to. */
public final class Rehearsal {
  /** So many that the JVM learns which of the relay's methods are worth compiling, and how. */
  public static final int ROUNDS = 400;

  private static final int MESSAGES = 5;
  private static final int TRIES = 300;

  private Rehearsal() {}

  /**
   * Sends mail through a relay of its own, by address, in the clear and in TLS.
   *
   * @param rounds of a connection or two to every port, with some messages each
   * @param eventLines stays the caller's to close
   * @throws UncheckedIOException when any of it isn't taken
   */
  public static void play(int rounds, OutputStream eventLines) {
    try (var tables = new LoopbackTables();
        var nextHop = new LoopbackNextHop();
        DynamoDbClient client = client(tables.port());
        Relay relay = Relay.start(settings(nextHop.port()), client, eventLines)) {
      awaitReady(relay.management().getPort());
      for (int round = 0; round < rounds; round++) {
        for (Relay.Listener listener : relay.listeners()) {
          send(listener);
        }
      }
      ask(relay.management().getPort(), "/metrics");
    } catch (IOException e) {
      throw new UncheckedIOException("The rehearsal failed: " + e.getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void send(Relay.Listener listener) throws IOException {
    int port = listener.address().getPort();
    switch (listener.kind()) {
      case STARTTLS, LEGACY_STARTTLS -> {
        sendInTheClear(port);
        try (Device device = Device.to(port).greet().say("STARTTLS", "220").encrypt().ehlo()) {
          device.send(MESSAGES).say("QUIT", "221");
        }
      }
      case TLS -> {
        try (Device device = Device.to(port).encrypt().greet()) {
          device.send(MESSAGES).say("QUIT", "221");
        }
      }
      case PLAIN -> sendInTheClear(port);
    }
  }

  private static void sendInTheClear(int port) throws IOException {
    try (Device device = Device.to(port).greet()) {
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

  private static DynamoDbClient client(int port) {
    return DynamoTables.clientForLookups(4)
        .endpointOverride(URI.create("http://127.0.0.1:" + port))
        .region(Region.US_EAST_1)
        .credentialsProvider(
            StaticCredentialsProvider.create(AwsBasicCredentials.create("rehearsal", "rehearsal")))
        .build();
  }

  private static Settings settings(int nextHop) {
    return Settings.read(
        Map.of(
            "LISTEN_ADDRESS", "127.0.0.1",
            "SMTP_PORTS", "0",
            "SMTPS_PORTS", "0",
            "MANAGEMENT_PORT", "0",
            "NEXT_HOP", "smtp://127.0.0.1:" + nextHop,
            "PASSWORD_PEPPER", Base64.getEncoder().encodeToString(new byte[32]),
            "LOOKUP_TIMEOUT", "PT1M",
            "CONNECTIONS_PER_MINUTE", "0",
            "MESSAGES_PER_MINUTE_PER_ADDRESS", "0",
            "MESSAGES_PER_MINUTE_PER_USER", "0"));
  }
}
