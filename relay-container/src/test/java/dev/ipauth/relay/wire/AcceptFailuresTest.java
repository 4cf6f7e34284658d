package dev.ipauth.relay.wire;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ipauth.relay.transport.Fatal;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A relay that has no file descriptor left for a connection says so, waits, and goes on. */
class AcceptFailuresTest {
  private static final int DESCRIPTORS = 300;
  private static final Duration WATCHED = Duration.ofSeconds(2);

  @Test
  void tooManyOpenFilesAreSaidOnceAndSatOut(@TempDir Path folder) throws Exception {
    var java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    Path log = folder.resolve("log");
    Process relay =
        new ProcessBuilder(
                "sh",
                "-c",
                "ulimit -n " + DESCRIPTORS + "; exec \"$0\" -cp \"$1\" \"$2\"",
                java,
                System.getProperty("java.class.path"),
                AcceptFailuresTest.class.getName())
            .redirectError(log.toFile())
            .start();
    var held = new ArrayList<Socket>();
    try (var said = relay.inputReader();
        var orders = relay.outputWriter()) {
      int port = Integer.parseInt(said.readLine());
      greeted(port).close();
      for (int i = 0; i < DESCRIPTORS; i++) {
        held.add(connection(port));
      }
      List<String> lines = complaints(log);
      while (lines.isEmpty() && relay.isAlive()) {
        Thread.sleep(20);
        lines = complaints(log);
      }
      assertTrue(lines.getFirst().contains("Too many open files"), lines::toString);
      assertTrue(IntStream.range(0, 10).anyMatch(_ -> rests(relay)), "it spins");
      assertEquals(1, complaints(log).size());
      for (Socket each : held) {
        each.close();
      }
      greeted(port).close();
      orders.write('.');
    } finally {
      relay.waitFor(30, TimeUnit.SECONDS);
      relay.destroyForcibly();
    }
    assertEquals(0, relay.exitValue());
  }

  private static Socket connection(int port) throws Exception {
    var socket = new Socket(InetAddress.ofLiteral("127.0.0.1"), port);
    socket.setSoTimeout(30_000);
    return socket;
  }

  private static Socket greeted(int port) throws Exception {
    Socket socket = connection(port);
    String line =
        new BufferedReader(new InputStreamReader(socket.getInputStream(), UTF_8)).readLine();
    assertEquals("220 relay.test ESMTP", line);
    return socket;
  }

  private static List<String> complaints(Path log) throws Exception {
    try (var lines = Files.lines(log)) {
      return lines.filter(line -> line.contains("Connections can't be taken")).toList();
    }
  }

  /** What is compiled meanwhile may keep it busy for a while, where one that spins never rests. */
  private static boolean rests(Process relay) {
    Duration before = cpu(relay);
    try {
      Thread.sleep(WATCHED);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
    return cpu(relay).minus(before).compareTo(WATCHED.dividedBy(2)) < 0;
  }

  private static Duration cpu(Process process) {
    return process.info().totalCpuDuration().orElseThrow();
  }

  /** The relay in a process of its own; ends when it is told something. */
  static void main(String[] arguments) throws Exception {
    Fatal.watchAllThreads();
    int nobody = 1;
    var relay = new RelayUnderTest(Given.of(List.of()), nobody);
    int port = relay.listen(Port.Kind.STARTTLS);
    // The first connection's end loads classes, which takes descriptors.
    try (var first = Device.at(port)) {
      first.reply();
    }
    relay.allHaveLeft();
    System.out.println(port);
    System.in.read();
    relay.close();
    System.exit(0);
  }
}
