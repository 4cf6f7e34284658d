package dev.ipauth.relay;

import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import dev.ipauth.relay.access.DynamoTables;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

/** A relay ends when it is told to, whatever of it is stuck: somebody waits to start another. */
class RelayEndTest {
  private static final AwsBasicCredentials CREDENTIALS = AwsBasicCredentials.create("local", "-");

  /** The tables take connections and say nothing, a device is amid its words, and no loop runs. */
  @Test
  void nothingThatIsStuckKeepsItFromEnding(@TempDir Path texts) throws IOException {
    var letGo = new CountDownLatch(1);
    try (var silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      Settings settings = settings(texts);
      DynamoDbClient tables =
          DynamoTables.client(settings.access().tables())
              .endpointOverride(URI.create("http://127.0.0.1:" + silent.getLocalPort()))
              .region(Region.EU_CENTRAL_1)
              .credentialsProvider(StaticCredentialsProvider.create(CREDENTIALS))
              .build();
      Relay relay = Relay.start(settings, tables, OutputStream.nullOutputStream());
      try (var device = connect(relay)) {
        device.getInputStream().read();
        relay.eventLoops().forEach(loop -> loop.execute(() -> await(letGo)));

        assertTimeoutPreemptively(Duration.ofSeconds(60), relay::close);
      } finally {
        letGo.countDown();
        tables.close();
      }
    }
  }

  private static Settings settings(Path texts) {
    return Settings.read(
        Map.of(
            "PASSWORD_PEPPER", "cGVwcGVycGVwcGVycGVwcGVycGVwcGVycGVwcGVycGU=",
            "NEXT_HOP", "smtp://127.0.0.1:1",
            "LISTEN_ADDRESS", "127.0.0.1",
            "SMTP_PORTS", "0",
            "SMTPS_PORTS", "none",
            "MANAGEMENT_PORT", "0",
            "QUEUE_TEXTS", texts.toString(),
            "DRAIN_TIMEOUT", "PT0.5S"));
  }

  private static Socket connect(Relay relay) throws IOException {
    InetSocketAddress address = relay.listeners().getFirst().address();
    return new Socket(address.getAddress(), address.getPort());
  }

  private static void await(CountDownLatch letGo) {
    try {
      letGo.await();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }
}
