package dev.ipauth.relay.ses;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ipauth.relay.onward.Delivery;
import dev.ipauth.relay.onward.Lane;
import dev.ipauth.relay.onward.Onward;
import dev.ipauth.relay.smtp.MailFrom;
import dev.ipauth.relay.smtp.RcptTo;
import dev.ipauth.relay.smtp.Reply;
import dev.ipauth.relay.smtp.Submission;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A message that the heap has no room for goes to SES beside ten others: nothing holds all of it.
 */
class LargerThanTheHeapTest {
  private static final int LARGE = 35 << 20;
  private static final int SMALL = 64 << 10;
  private static final byte[] PIECE = ("x".repeat(1022) + "\r\n").repeat(16).getBytes(US_ASCII);

  @Test
  void goesOn(@TempDir Path folder) throws Exception {
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    List<String> command =
        List.of(
            java,
            "-Xmx32m",
            "-XX:+ExitOnOutOfMemoryError",
            "--enable-native-access=ALL-UNNAMED",
            "-cp",
            System.getProperty("java.class.path"),
            LargerThanTheHeapTest.class.getName(),
            folder.toString());
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertTrue(process.waitFor(60, TimeUnit.SECONDS));
    assertEquals(0, process.exitValue(), said);
  }

  /** The process of its own. */
  static void main(String[] arguments) throws IOException {
    try (var ses = new FakeSes();
        Onward onward =
            new WayToSes(ses.endpoint(), Path.of(arguments[0]), new RecordingEvents()).open()) {
      List<Delivery> others = Stream.generate(() -> begun(onward)).limit(10).toList();
      Delivery large = begun(onward);
      others.forEach(other -> pass(other, SMALL));
      pass(large, LARGE);
      var ended = Stream.concat(Stream.of(large), others.stream()).map(LargerThanTheHeapTest::end);
      for (CompletableFuture<Reply> each : ended.toList()) {
        assertEquals("250 2.0.0 Ok 0100-1", each.join().toString());
      }
      assertEquals(11, ses.requests.get());
    }
    System.exit(0);
  }

  private static <T> CompletableFuture<T> ask(Supplier<CompletionStage<T>> question) {
    return CompletableFuture.supplyAsync(question, WayToSes.LOOP)
        .thenCompose(answer -> answer)
        .orTimeout(300, TimeUnit.SECONDS);
  }

  private static Delivery begun(Onward onward) {
    Delivery delivery = onward.delivery(WayToSes.LOOP, Lane.DEVICES);
    var from = new MailFrom("a@example.com", -1, false, false, null, null);
    ask(() -> delivery.begin(new Submission("id1", null, null, from))).join();
    ask(() -> delivery.recipient(new RcptTo("b@example.org", null, null))).join();
    return delivery;
  }

  /** As a device's connection does: no faster than it is taken. */
  private static void pass(Delivery delivery, int octets) {
    for (int passed = 0; passed < octets; passed += PIECE.length) {
      ask(() -> {
            var taken = new CompletableFuture<Boolean>();
            delivery.text(Unpooled.copiedBuffer(PIECE));
            delivery.whenWritable(() -> taken.complete(true));
            return taken;
          })
          .join();
    }
  }

  private static CompletableFuture<Reply> end(Delivery delivery) {
    return ask(delivery::finish);
  }
}
