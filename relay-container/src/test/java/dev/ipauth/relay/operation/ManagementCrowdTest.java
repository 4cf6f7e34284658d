package dev.ipauth.relay.operation;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Connections that are only held at the management port leave the mail its file descriptors. */
class ManagementCrowdTest {
  private static final int MOST = 500;

  /** In a process of its own: the JDK's server reads its bounds once. */
  static void main() throws IOException {
    var readiness =
        new Readiness(() -> CompletableFuture.completedFuture(Optional.empty()), Optional::empty);
    var any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    try (var management = new Management(any, readiness, () -> "figures\n")) {
      System.out.println(management.address().getPort());
      System.in.read();
    }
  }

  @Test
  @Timeout(120)
  void soManyAreHeldAndNoMore() throws Exception {
    Process process = start();
    var held = new ArrayList<Socket>();
    try (var said = new BufferedReader(new InputStreamReader(process.getInputStream(), US_ASCII))) {
      int port = Integer.parseInt(said.readLine());
      for (int i = 0; i < MOST; i++) {
        held.add(connect(port));
      }
      assertTrue(isOpen(held.getLast()));
      for (int i = 0; i < 20; i++) {
        try (Socket over = connect(port)) {
          assertEquals(-1, firstOctet(over), "one more than may is closed");
        }
      }
      held.removeFirst().close();
      assertEquals('H', askAgain(port), "whoever goes makes room");
    } finally {
      for (Socket socket : held) {
        socket.close();
      }
      process.destroyForcibly();
    }
  }

  private static Process start() throws IOException {
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    var command = List.of(java, "-cp", System.getProperty("java.class.path"));
    var all = new ArrayList<>(command);
    all.add(ManagementCrowdTest.class.getName());
    return new ProcessBuilder(all).redirectError(ProcessBuilder.Redirect.INHERIT).start();
  }

  private static Socket connect(int port) throws IOException {
    var socket = new Socket(InetAddress.getLoopbackAddress(), port);
    socket.setSoTimeout(8000); // after 10 s of silence every one of them is closed
    return socket;
  }

  private static int firstOctet(Socket socket) throws IOException {
    InputStream in = socket.getInputStream();
    try {
      return in.read();
    } catch (SocketTimeoutException e) {
      throw e;
    } catch (IOException _) {
      return -1; // reset
    }
  }

  private static boolean isOpen(Socket socket) {
    try {
      socket.setSoTimeout(1);
      socket.getInputStream().read();
      return false;
    } catch (SocketTimeoutException _) {
      return true;
    } catch (IOException _) {
      return false;
    }
  }

  /** Its place is free a moment after it has gone. */
  private static int askAgain(int port) throws IOException, InterruptedException {
    while (true) {
      try (Socket socket = connect(port)) {
        socket.getOutputStream().write("GET /health HTTP/1.0\r\n\r\n".getBytes(US_ASCII));
        int first = firstOctet(socket);
        if (first >= 0) {
          return first;
        }
      }
      Thread.sleep(10);
    }
  }
}
