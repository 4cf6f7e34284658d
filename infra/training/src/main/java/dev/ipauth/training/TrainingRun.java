package dev.ipauth.training;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A training run, as the JDK calls the work from which an AOT cache is made: everything that a
 * relay talks to, and devices that send mail through it, by address, in the clear and in TLS; then
 * more while the next hop is away, which the relay keeps, and delivers when it is back.
 *
 * <p>The relay is a process of its own: what its JVM learns is then the relay's own work from the
 * start to SIGTERM, and nothing of the devices'.
 */
public final class TrainingRun {
  /** Enough for the JVM to learn which of the relay's methods are worth compiling, and how. */
  private static final int ROUNDS = 100;

  private static final int DEVICES = 4;
  private static final int NOTES = 4;

  /**
   * Connections of a device in a round that bring a note each: this many in the clear, and as many
   * in TLS. What a relay does once for a connection must have been done as often as C2 waits for
   * (5,000 times), or a real relay has all of that to compile in its first busy minutes.
   */
  private static final int SINGLE_NOTES = 13;

  private static final int TRIES = 600;

  /** More, since a relay whose next hop stays away looks for it only once a minute in the end. */
  private static final int TRIES_FOR_DELIVERY = 5 * TRIES;

  /** Making the cache takes a minute where a builder emulates another architecture. */
  private static final int MINUTES_TO_END = 10;

  private final Process relay;
  private final Ports ports;
  private final LoopbackNextHop nextHop;
  private final LoopbackQueue queue;

  private TrainingRun(Process relay, Ports ports, LoopbackNextHop nextHop, LoopbackQueue queue) {
    this.relay = relay;
    this.ports = ports;
    this.nextHop = nextHop;
    this.queue = queue;
  }

  /** Where the relay listens; what it chooses itself, nobody here would know. */
  private record Ports(int plain, int tls, int management) {
    // Below those that the kernel gives to connections: one of these could be quicker.
    private static final int FIRST = 10_000;
    private static final int AFTER_LAST = 30_000;

    static Ports free() {
      int[] free =
          new Random().ints(FIRST, AFTER_LAST).distinct().filter(Ports::isFree).limit(3).toArray();
      return new Ports(free[0], free[1], free[2]);
    }

    private static boolean isFree(int port) {
      try (var listening = new ServerSocket(port)) {
        return listening.isBound();
      } catch (IOException _) {
        return false;
      }
    }
  }

  /** Of what the relay keeps. */
  private record Folder(Path path) implements AutoCloseable {
    Folder() throws IOException {
      this(Files.createTempDirectory("training"));
    }

    @Override
    public void close() throws IOException {
      try (var all = Files.walk(path)) {
        for (Path one : all.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(one);
        }
      }
    }
  }

  /** With the command that starts a relay: {@code java -jar training.jar java … -jar relay.jar}. */
  public static void main(String[] command) {
    if (command.length == 0) {
      System.err.println("The command that starts a relay is missing: java … -jar relay.jar");
      System.exit(2);
    }
    play(List.of(command), ROUNDS);
    System.exit(0);
  }

  /**
   * Runs a relay and sends mail through it until it has learnt enough, then stops it.
   *
   * @param command starts the relay, which is given its settings by environment variables
   * @param rounds of each device's, at most 255: a connection or two to every port with some
   *     messages each, then many with one
   * @throws UncheckedIOException when a message isn't taken, or the relay doesn't end well
   */
  static void play(List<String> command, int rounds) {
    try (var tables = new LoopbackTables();
        var nextHop = new LoopbackNextHop();
        var folder = new Folder()) {
      Ports ports = Ports.free();
      Process relay = start(command, settings(ports, tables.port(), nextHop.port(), folder.path()));
      try {
        new TrainingRun(relay, ports, nextHop, tables.queue()).play(rounds);
      } finally {
        relay.destroyForcibly().waitFor();
      }
    } catch (IOException e) {
      throw new UncheckedIOException("The training run failed: " + e.getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static Process start(List<String> command, Map<String, String> settings)
      throws IOException {
    var process = new ProcessBuilder(command);
    process.environment().putAll(settings);
    return process
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
  }

  private void play(int rounds) throws IOException, InterruptedException {
    awaitReady();
    allSend(device -> send(rounds, device));
    nextHop.goAway();
    allSend(device -> sendWhileItIsAway(rounds, device));
    nextHop.comeBack();
    awaitDelivery();
    ask("/metrics");
    relay.destroy();
    if (!relay.waitFor(MINUTES_TO_END, TimeUnit.MINUTES) || relay.exitValue() != 0) {
      throw new IOException("the relay didn't end well");
    }
  }

  private void awaitReady() throws IOException, InterruptedException {
    for (int i = 1; i <= TRIES; i++) {
      try {
        ask("/ready");
        return;
      } catch (IOException e) {
        if (i == TRIES || !relay.isAlive()) {
          throw e;
        }
        Thread.sleep(100);
      }
    }
  }

  private void awaitDelivery() throws IOException, InterruptedException {
    for (int i = 1; !queue.isEmpty(); i++) {
      if (i == TRIES_FOR_DELIVERY) {
        throw new IOException("what was kept isn't delivered");
      }
      Thread.sleep(100);
    }
  }

  private void ask(String path) throws IOException {
    URI uri = URI.create("http://127.0.0.1:" + ports.management() + path);
    try (InputStream answer = uri.toURL().openStream()) {
      answer.readAllBytes();
    }
  }

  private interface Work {
    void of(int device) throws IOException;
  }

  /** All at once, so that what the relay does for many together is learnt too. */
  private void allSend(Work work) throws IOException, InterruptedException {
    var devices = new ArrayList<Callable<@Nullable Void>>();
    for (int i = 1; i <= DEVICES; i++) {
      int number = i;
      devices.add(
          () -> {
            work.of(number);
            return null;
          });
    }
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (Future<@Nullable Void> device : threads.invokeAll(devices)) {
        device.get();
      }
    } catch (ExecutionException e) {
      throw new IOException(e.getCause());
    }
  }

  /** From another address in each round, so that there is something to be read of the tables. */
  private void send(int rounds, int device) throws IOException {
    for (int round = 1; round <= rounds; round++) {
      InetAddress own = address(round, device);
      sendMany(plain(own));
      sendMany(startTls(own));
      sendMany(tls(own));
      for (int i = 0; i < SINGLE_NOTES; i++) {
        sendOne(plain(own));
        sendOne(i % 2 == 0 ? startTls(own) : tls(own));
      }
    }
  }

  private void sendWhileItIsAway(int rounds, int device) throws IOException {
    for (int round = 1; round <= rounds; round++) {
      sendMany(plain(address(round, device)));
    }
  }

  private static InetAddress address(int round, int device) throws IOException {
    return InetAddress.getByAddress(new byte[] {127, 0, (byte) round, (byte) device});
  }

  private Device plain(InetAddress own) throws IOException {
    return Device.to(ports.plain(), own).greet();
  }

  private Device startTls(InetAddress own) throws IOException {
    return plain(own).say("STARTTLS", "220").encrypt().ehlo();
  }

  private Device tls(InetAddress own) throws IOException {
    return Device.to(ports.tls(), own).encrypt().greet();
  }

  private static void sendMany(Device device) throws IOException {
    try (device) {
      for (int i = 0; i < NOTES; i++) {
        device.sendNote();
      }
      device.sendScan().say("QUIT", "221");
    }
  }

  private static void sendOne(Device device) throws IOException {
    try (device) {
      device.sendNote().say("QUIT", "221");
    }
  }

  private static Map<String, String> settings(Ports ports, int tables, int nextHop, Path folder) {
    return Map.ofEntries(
        Map.entry("LISTEN_ADDRESS", "127.0.0.1"),
        Map.entry("SMTP_PORTS", Integer.toString(ports.plain())),
        Map.entry("SMTPS_PORTS", Integer.toString(ports.tls())),
        Map.entry("MANAGEMENT_PORT", Integer.toString(ports.management())),
        Map.entry("NEXT_HOP", "smtp://127.0.0.1:" + nextHop),
        Map.entry("PASSWORD_PEPPER", Base64.getEncoder().encodeToString(new byte[32])),
        Map.entry("LOOKUP_TIMEOUT", "PT1M"),
        Map.entry("CACHE_TTL", "PT1M"),
        // So few that devices wait, and their rows are read together.
        Map.entry("LOOKUPS_AT_ONCE", "1"),
        // A note is held in memory while it passes, and a scan in a file.
        Map.entry("QUEUE_TEXTS", folder + "/queue"),
        Map.entry("QUEUE_HELD_DIR", folder.toString()),
        Map.entry("QUEUE_HELD_BYTES", "65536"),
        Map.entry("QUEUE_MAX_BYTES", "1073741824"),
        Map.entry("QUEUE_SCHEDULE", "PT1S"),
        Map.entry("CONNECTIONS_PER_MINUTE", "0"),
        Map.entry("MESSAGES_PER_MINUTE_PER_ADDRESS", "0"),
        Map.entry("MESSAGES_PER_MINUTE_PER_USER", "0"),
        Map.entry("AWS_ENDPOINT_URL_DYNAMODB", "http://127.0.0.1:" + tables),
        Map.entry("AWS_REGION", "us-east-1"),
        Map.entry("AWS_ACCESS_KEY_ID", "training"),
        Map.entry("AWS_SECRET_ACCESS_KEY", "training"));
  }
}
