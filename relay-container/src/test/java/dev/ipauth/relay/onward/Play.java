package dev.ipauth.relay.onward;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ipauth.relay.smtp.RcptTo;
import dev.ipauth.relay.smtp.Reply;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/** One transcript being played: a device on one side, a scripted next hop on the other. */
final class Play implements AutoCloseable {
  private static final Pattern ESCAPED = Pattern.compile("\\\\u(\\p{XDigit}{4})");

  private static final Set<String> OF_THE_DEVICE =
      Set.of(
          "mail", "rcpt", "slip", "data", "text", "fill", "flush", "finish", "abandon", "heard",
          "resumed");
  private static final Duration TIMEOUT = Duration.ofSeconds(20);
  private static final Duration SHORT_TIMEOUT = Duration.ofMillis(700);
  private static final int FILLING = 16_384;
  private static final int MUCH = 16 << 20;

  private final ScriptedNextHop nextHop = new ScriptedNextHop();
  private final RecordingEvents events = new RecordingEvents();
  private final Queue<CompletableFuture<Reply>> answers = new ArrayDeque<>();
  private CompletableFuture<Void> probed = CompletableFuture.completedFuture(null);
  private String scheme = "smtp";
  private @Nullable Login credentials;
  private @Nullable Path authorities;
  private Duration timeout = TIMEOUT;
  private Duration textTimeout = TIMEOUT;
  private Duration endTimeout = TIMEOUT;
  private Duration idle = Duration.ofHours(1);
  private int kept = 100;
  private final Random random = new Random(20261124);
  private final ByteArrayOutputStream filled = new ByteArrayOutputStream();
  private final CompletableFuture<Void> resumed = new CompletableFuture<>();
  private final List<ByteBuf> pieces = new ArrayList<>();
  private @Nullable Onward onward;
  private @Nullable Device device;

  Play() throws IOException {}

  /** Plays one line. */
  void step(String line) throws IOException {
    String[] words = line.split(" ", 2);
    String rest = words.length == 2 ? words[1] : "";
    switch (words[0]) {
      case "use" -> use(rest.split(" ", -1));
      case "probe" -> probed = onward().probe(device().eventLoop).toCompletableFuture();
      case "probed" -> Device.await(probed);
      case "=" -> assertEquals(rest.strip(), Device.written(answer()).strip());
      case "why" -> assertEquals(rest, events.reasons.getLast());
      case "counted" -> assertEquals(rest, String.join(" ", events.counted));
      default -> sideStep(words[0], rest);
    }
  }

  private void sideStep(String what, String rest) throws IOException {
    if (OF_THE_DEVICE.contains(what)) {
      Device.await(probed);
      deviceStep(what, rest);
    } else {
      nextHopStep(what, rest);
    }
  }

  private void use(String[] words) throws IOException {
    switch (words[0]) {
      case "credentials" -> credentials = new Login.Password(words[1], words[2]);
      case "authorities" -> authorities = TestCertificates.pem();
      case "short-timeout" -> timeout = SHORT_TIMEOUT;
      case "short-timeout-in-the-text" -> textTimeout = SHORT_TIMEOUT;
      case "short-timeout-at-the-end" -> endTimeout = SHORT_TIMEOUT;
      case "idle" -> idle = Duration.parse(words[1]);
      case "kept" -> kept = Integer.parseInt(words[1]);
      default -> scheme = words[0];
    }
  }

  private Onward onward() {
    if (onward == null) {
      var address = NextHopAddress.parse(scheme + "://127.0.0.1:" + nextHop.port());
      var limits = new OnwardSettings.Timeouts(TIMEOUT, timeout, textTimeout, endTimeout);
      onward =
          new Onward(
              new OnwardSettings(
                  address,
                  "relay.example",
                  credentials,
                  authorities,
                  null,
                  limits,
                  idle,
                  kept,
                  Pace.UNLIMITED),
              Device.TRANSPORT,
              events);
    }
    return onward;
  }

  private Device device() {
    if (device == null) {
      device = new Device(onward());
    }
    return device;
  }

  private void deviceStep(String what, String rest) {
    switch (what) {
      case "mail" -> act(delivery -> delivery.begin(Device.mail(rest)));
      case "rcpt" -> answers.add(device().ask(delivery -> delivery.recipient(Device.rcpt(rest))));
      case "slip" -> answers.add(device().ask(delivery -> delivery.recipient(unparsed(rest))));
      case "data" -> answers.add(device().ask(SmtpDelivery::data));
      case "text" -> act(delivery -> delivery.text(piece((rest + "\r\n").getBytes(UTF_8))));
      case "fill" -> act(this::fill);
      case "resumed" -> Device.await(resumed);
      case "flush" -> act(SmtpDelivery::flush);
      case "finish" -> answers.add(device().ask(SmtpDelivery::finish));
      case "abandon" -> act(SmtpDelivery::abandon);
      case "heard" -> device().waitUntil(delivery -> !delivery.isTextWanted());
      default -> throw new IllegalArgumentException("Not understood: " + what);
    }
  }

  /** Passes on text for as long as more is wanted. */
  private void fill(SmtpDelivery delivery) {
    while (delivery.isWritable()) {
      byte[] octets = new byte[FILLING];
      random.nextBytes(octets);
      filled.writeBytes(octets);
      delivery.text(piece(octets));
      delivery.flush();
      assertTrue(filled.size() < MUCH, "Memory fills");
    }
    delivery.whenWritable(() -> resumed.complete(null));
  }

  private ByteBuf piece(byte[] octets) {
    ByteBuf piece = Unpooled.buffer(octets.length).writeBytes(octets);
    pieces.add(piece);
    return piece;
  }

  private void act(Consumer<SmtpDelivery> action) {
    device()
        .look(
            delivery -> {
              action.accept(delivery);
              return true;
            });
  }

  private Reply answer() {
    return Device.await(answers.remove());
  }

  private void nextHopStep(String what, String rest) throws IOException {
    switch (what) {
      case "accept" -> nextHop.accept();
      case ">" -> nextHop.expect(rest);
      case "<" -> nextHop.say(unescape(rest));
      case "together" -> nextHop.holdBack();
      case "sent" -> nextHop.send();
      case "long" -> nextHop.say("250 " + "x".repeat(Integer.parseInt(rest)));
      case "endless" -> nextHop.sendOctets("2".repeat(5_000).getBytes(US_ASCII));
      case "lines" ->
          nextHop.say("250-more\r\n".repeat(Integer.parseInt(rest) - 1) + "250 the last");
      case "filled" -> nextHop.expect(filled.toByteArray());
      case "tls" -> encrypt(rest.split(" ", -1));
      case "handshake" -> nextHop.expectHandshake();
      case "close" -> nextHop.hangUp();
      case "shut" -> nextHop.shut();
      case "closed" -> nextHop.expectClosed();
      default -> throw new IllegalArgumentException("Not understood: " + what);
    }
  }

  /** A recipient as the command parser would never read one. */
  private static RcptTo unparsed(String address) {
    return new RcptTo(unescape(address), null, null);
  }

  private static String unescape(String text) {
    return ESCAPED
        .matcher(text)
        .replaceAll(found -> Character.toString(Integer.parseInt(found.group(1), 16)));
  }

  private void encrypt(String[] words) throws IOException {
    var how = List.of(words);
    SSLContext context =
        how.contains("expired")
            ? TestCertificates.expiredServer(words[0])
            : TestCertificates.server(words[0]);
    nextHop.encrypt(context, how.contains("refused"));
  }

  /** Nothing is left unanswered or unreleased. */
  void end() {
    assertTrue(answers.isEmpty(), "An answer wasn't looked at");
    act(SmtpDelivery::abandon);
    device().waitUntil(_ -> pieces.stream().allMatch(piece -> piece.refCnt() == 0));
  }

  @Override
  public void close() throws IOException {
    if (device != null) {
      act(SmtpDelivery::abandon);
    }
    onward().close();
    nextHop.close();
  }
}
