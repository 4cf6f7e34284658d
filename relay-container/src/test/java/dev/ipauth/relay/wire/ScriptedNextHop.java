package dev.ipauth.relay.wire;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.ipauth.relay.transcript.Transcript.Line;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A next hop that hears and says what a transcript has it hear and say. Its greeting and EHLO are
 * its own: it says 220, and offers PIPELINING, SIZE, 8BITMIME, SMTPUTF8 and DSN.
 */
final class ScriptedNextHop implements AutoCloseable {
  private static final String OFFER =
      "250-next.hop\r\n250-PIPELINING\r\n250-SIZE\r\n250-8BITMIME\r\n250-SMTPUTF8\r\n250 DSN\r\n";

  private final ServerSocket listener;
  private final Iterator<Line> script;
  private final CompletableFuture<Void> played = new CompletableFuture<>();

  ScriptedNextHop(List<Line> script) throws IOException {
    this.script = script.iterator();
    listener = new ServerSocket(0, 50, InetAddress.ofLiteral("127.0.0.1"));
    Thread.ofVirtual().start(this::serve);
  }

  int port() {
    return listener.getLocalPort();
  }

  /** Fails when the relay said something else, or not all of it. */
  void assertPlayed() throws InterruptedException {
    try {
      played.get(60, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      throw new AssertionError("The next hop heard something else", e.getCause());
    } catch (TimeoutException e) {
      throw new AssertionError("The next hop is still waiting for " + waitingFor, e);
    }
  }

  private volatile String waitingFor = "a connection";

  private void serve() {
    try {
      do {
        try (Socket connection = listener.accept()) {
          serve(connection);
        }
      } while (script.hasNext());
      // Whoever came again now would wait for a greeting.
      listener.close();
      played.complete(null);
    } catch (IOException | AssertionError e) {
      played.completeExceptionally(e);
    }
  }

  private void serve(Socket connection) throws IOException {
    var in = new BufferedReader(new InputStreamReader(connection.getInputStream(), ISO_8859_1));
    say(connection, "220 next.hop\r\n");
    assertEquals("EHLO relay.test", in.readLine());
    say(connection, OFFER);
    while (script.hasNext()) {
      Line line = script.next();
      switch (line.who()) {
        case "N:" -> {
          waitingFor = line.text();
          assertEquals(line.text(), in.readLine());
        }
        case "H:" -> say(connection, line.text() + "\r\n");
        default -> {
          return;
        }
      }
    }
    played.complete(null);
    while (in.readLine() != null) {
      // What comes after the script (QUIT, RSET) is of no interest.
    }
  }

  private static void say(Socket connection, String text) throws IOException {
    connection.getOutputStream().write(text.getBytes(ISO_8859_1));
    connection.getOutputStream().flush();
  }

  @Override
  public void close() throws IOException {
    listener.close();
  }
}
