package dev.ipauth.training;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** A next hop that says yes to everything and keeps nothing. */
final class LoopbackNextHop implements AutoCloseable {
  private final ServerSocket listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());

  LoopbackNextHop() throws IOException {
    Thread.ofVirtual().start(this::listen);
  }

  int port() {
    return listening.getLocalPort();
  }

  private void listen() {
    try {
      while (true) {
        Socket relay = listening.accept();
        Thread.ofVirtual().start(() -> serve(relay));
      }
    } catch (IOException _) {
      // It was closed: the training run is over.
    }
  }

  private static void serve(Socket relay) {
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
      // The relay has gone.
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
    listening.close();
  }
}
