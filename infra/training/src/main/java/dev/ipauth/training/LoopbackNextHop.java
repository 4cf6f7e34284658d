package dev.ipauth.training;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** A next hop that says yes to everything and keeps nothing, and that may be away for a while. */
final class LoopbackNextHop implements AutoCloseable {
  private final Set<Socket> connections = ConcurrentHashMap.newKeySet();
  private ServerSocket listening;

  LoopbackNextHop() throws IOException {
    listening = listen(0);
  }

  int port() {
    return listening.getLocalPort();
  }

  private ServerSocket listen(int port) throws IOException {
    var socket = new ServerSocket();
    socket.setReuseAddress(true);
    socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    Thread.ofVirtual().start(() -> accept(socket));
    return socket;
  }

  private void accept(ServerSocket from) {
    try {
      while (true) {
        Socket relay = from.accept();
        connections.add(relay);
        Thread.ofVirtual().start(() -> serve(relay));
      }
    } catch (IOException _) {
      // It was closed.
    }
  }

  void goAway() throws IOException {
    listening.close();
    for (Socket connection : connections) {
      connection.close();
    }
  }

  void comeBack() throws IOException {
    listening = listen(listening.getLocalPort());
  }

  private void serve(Socket relay) {
    try (relay) {
      relay.setTcpNoDelay(true);
      var in = new BufferedReader(new InputStreamReader(relay.getInputStream(), ISO_8859_1));
      OutputStream out = relay.getOutputStream();
      say(out, "220 next-hop.training ESMTP");
      @Nullable String line = in.readLine();
      while (line != null) {
        String verb = line.length() < 4 ? line : line.substring(0, 4).toUpperCase(Locale.ROOT);
        switch (verb) {
          case "EHLO" ->
              say(out, "250-next-hop.training\r\n250-PIPELINING\r\n250-8BITMIME\r\n250 SIZE");
          case "DATA" -> {
            say(out, "354 Go on");
            skipText(in);
            say(out, "250 2.0.0 Taken");
          }
          default -> say(out, "250 2.0.0 Yes");
        }
        line = in.readLine();
      }
    } catch (IOException _) {
      // One of the two has gone.
    } finally {
      connections.remove(relay);
    }
  }

  private static void skipText(BufferedReader in) throws IOException {
    @Nullable String line = in.readLine();
    while (line != null && !line.equals(".")) {
      line = in.readLine();
    }
  }

  private static void say(OutputStream out, String reply) throws IOException {
    out.write((reply + "\r\n").getBytes(ISO_8859_1));
  }

  @Override
  public void close() throws IOException {
    goAway();
  }
}
