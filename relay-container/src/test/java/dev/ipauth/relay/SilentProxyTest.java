package dev.ipauth.relay;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ipauth.relay.access.DynamoTables;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.util.Map;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.auth.credentials.AnonymousCredentialsProvider;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

/** A proxy that never says whose connection it is can't hold one for as long as a device may. */
class SilentProxyTest {
  private static final int LONG_BEFORE_ANY_OTHER_LIMIT = 30_000;

  @Test
  void itsConnectionEndsAndLeavesALine() throws IOException {
    Settings settings =
        Settings.read(
            Map.of(
                "PASSWORD_PEPPER", "cGVwcGVycGVwcGVycGVwcGVycGVwcGVycGVwcGVycGU=",
                "NEXT_HOP", "smtp://127.0.0.1:1",
                "LISTEN_ADDRESS", "127.0.0.1",
                "SMTP_PORTS", "0",
                "SMTPS_PORTS", "none",
                "MANAGEMENT_PORT", "0",
                "PROXY_PROTOCOL", "required",
                "TRUSTED_PROXIES", "127.0.0.0/8"));
    var lines = new ByteArrayOutputStream();
    try (DynamoDbClient tables =
            DynamoTables.client(settings.access().tables())
                .endpointOverride(URI.create("http://127.0.0.1:1"))
                .region(Region.EU_CENTRAL_1)
                .credentialsProvider(AnonymousCredentialsProvider.create())
                .build();
        Relay relay = Relay.start(settings, tables, lines)) {
      InetSocketAddress port = relay.listeners().getFirst().address();
      try (var proxy = new Socket(port.getAddress(), port.getPort())) {
        proxy.setSoTimeout(LONG_BEFORE_ANY_OTHER_LIMIT);
        assertEquals(-1, proxy.getInputStream().read());
      }
    }
    assertTrue(lines.toString(UTF_8).contains("\"reason\":\"proxy\""), () -> lines.toString(UTF_8));
  }
}
