package dev.ipauth.local;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ipauth.local.http.ForwardedAddress;
import dev.ipauth.tables.IpAddress;
import dev.ipauth.tables.Network;
import io.netty.channel.embedded.EmbeddedChannel;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The API's connections leave the mail's their memory and their file descriptors. */
class HttpConnectionsTest {
  private final HttpConnections connections =
      new HttpConnections(new ForwardedAddress(List.of(Network.parse("10.0.0.0/8"))));

  @Test
  void oneAddressHasAQuarter() {
    List<EmbeddedChannel> all = connect("203.0.113.7", 2 * HttpConnections.MOST_OF_AN_ADDRESS);

    assertEquals(HttpConnections.MOST_OF_AN_ADDRESS, open(all));
    assertTrue(connect("203.0.113.8").isOpen());
  }

  @Test
  void allHaveNoMoreThanThereAre() {
    long open =
        IntStream.range(0, 10)
            .mapToLong(i -> open(connect("203.0.113." + i, HttpConnections.MOST_OF_AN_ADDRESS)))
            .sum();

    assertEquals(HttpConnections.MOST, open);
  }

  @Test
  void whoeverGoesMakesRoom() {
    List<EmbeddedChannel> all = connect("203.0.113.7", HttpConnections.MOST_OF_AN_ADDRESS);
    assertFalse(connect("203.0.113.7").isOpen());

    all.getFirst().close();

    assertTrue(connect("203.0.113.7").isOpen());
  }

  /** Everybody comes through it. */
  @Test
  void aProxyHasAllOfThem() {
    assertEquals(HttpConnections.MOST, open(connect("10.1.2.3", 2 * HttpConnections.MOST)));
    assertTrue(connect("203.0.113.7").isOpen());
  }

  private List<EmbeddedChannel> connect(String from, int times) {
    return IntStream.range(0, times).mapToObj(_ -> connect(from)).toList();
  }

  private EmbeddedChannel connect(String from) {
    var connection = new EmbeddedChannel();
    connections.admit(connection, IpAddress.parse(from));
    connection.runPendingTasks();
    return connection;
  }

  private static long open(List<EmbeddedChannel> connections) {
    return connections.stream().filter(EmbeddedChannel::isOpen).count();
  }
}
