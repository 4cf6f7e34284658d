package dev.ipauth.relay.operation;

import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.URI;
import java.time.Duration;

/** The {@code health} subcommand, for a container's health check: asks the relay beside it. */
public final class HealthCheck {
  private static final Duration TIMEOUT = Duration.ofSeconds(3);

  private HealthCheck() {}

  /**
   * Asks {@code /health}.
   *
   * @param management where the relay's management port is; the machine's own address when that is
   *     all of them
   * @return the exit status: 0 when it answers 200, else 1
   */
  public static int ask(InetSocketAddress management) {
    try {
      return status(URI.create("http://" + authority(management) + "/health")) == 200 ? 0 : 1;
    } catch (IOException _) {
      return 1;
    }
  }

  private static String authority(InetSocketAddress management) {
    InetAddress address = management.getAddress();
    InetAddress asked = address.isAnyLocalAddress() ? InetAddress.getLoopbackAddress() : address;
    String host = asked.getHostAddress();
    return (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + management.getPort();
  }

  private static int status(URI uri) throws IOException {
    var connection = (HttpURLConnection) uri.toURL().openConnection(Proxy.NO_PROXY);
    connection.setConnectTimeout((int) TIMEOUT.toMillis());
    connection.setReadTimeout((int) TIMEOUT.toMillis());
    try {
      return connection.getResponseCode();
    } finally {
      connection.disconnect();
    }
  }
}
