package dev.ipauth.local;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.sun.net.httpserver.HttpServer;
import dev.ipauth.settings.BadSettings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class HealthTest {
  @Test
  void isWhatTheManagementPortSays() throws IOException {
    var server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/health",
        exchange -> {
          exchange.sendResponseHeaders(200, -1);
          exchange.close();
        });
    server.start();
    var settings =
        Map.of(
            "MANAGEMENT_PORT",
            String.valueOf(server.getAddress().getPort()),
            "LISTEN_ADDRESS",
            "127.0.0.1");
    assertEquals(0, Health.ask(settings));
    server.stop(0);
    assertEquals(1, Health.ask(settings));
  }

  @Test
  void wantsToKnowWhereToAsk() {
    var bad = assertThrows(BadSettings.class, () -> Health.ask(Map.of("MANAGEMENT_PORT", "x")));
    assertEquals(
        List.of("MANAGEMENT_PORT=x can't be used. Write a whole number from 0 to 65535."),
        bad.lines());
  }
}
