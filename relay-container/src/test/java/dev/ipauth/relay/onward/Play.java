package dev.ipauth.relay.onward;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ipauth.relay.smtp.RcptTo;
import dev.ipauth.relay.smtp.Reply;
import dev.ipauth.relay.transcript.Transcript;
import dev.ipauth.relay.transcript.Transcript.Line;
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
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * One transcript being played: a device's delivery on one side, a scripted next hop on the other.
 *
 * <p>What the device says is asked of the delivery: {@code MAIL}, {@code RCPT}, {@code DATA}, and
 * after a 354 lines of text until {@code .}; {@code ABANDON} gives the message up, as RSET does and
 * a device that goes away, and {@code FLUSH}, {@code FILL} (text for as long as more is taken),
 * {@code HEARD} (no more text is wanted) and {@code RESUMED} (more is) are about its text. {@code
 * PROBE} opens a connection for no message.
 *
 * <p>The next hop: {@code ACCEPT} takes a connection; {@code GREETED} does, greets, and offers
 * these extensions; {@code TLS} with a certificate's name; {@code NEXT-HOP-CLOSES}, and {@code
 * NEXT-HOP-LEFT} by the relay. {@code L:} is all that was counted so far, or {@code because} the
 * last cause.
 */
final class Play implements AutoCloseable {
  private static final Set<String> OF_THE_DEVICE =
      Set.of("C:", "SLIP", "FILL", "FLUSH", "ABANDON", "HEARD", "RESUMED");
  private static final String BECAUSE = "because ";

  /** What several transcripts begin with. */
  private static final String ASKED =
      """
      C: MAIL FROM:<a@example.com>
      C: RCPT TO:<b@example.org>
      GREETED PIPELINING
      N: MAIL FROM:<a@example.com>
      N: RCPT TO:<b@example.org>
      H: 250 fine
      """;

  private static final String BEGUN =
      ASKED
          + """
          H: 250 fine
          S: 250 fine
          C: DATA
          N: DATA
          H: 354 go
          S: 354 go
          """;
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

  /** What the device says is text, since it was told 354. */
  private boolean isText;

  private @Nullable Onward onward;
  private @Nullable Device device;

  Play() throws IOException {}

  /** Plays one line. */
  void step(Line line) throws IOException {
    String text = line.text();
    switch (line.who()) {
      case "given" -> given(text);
      case "PROBE" -> probed = onward().probe(device().eventLoop).toCompletableFuture();
      case "PROBED" -> Device.await(probed);
      case "S:" -> hear(text);
      case "L:" -> assertLeft(text);
      default -> sideStep(line.who(), text);
    }
  }

  private void hear(String expected) {
    Reply heard = Device.await(answers.remove());
    assertEquals(expected.strip(), Device.written(heard).strip());
    isText = heard.code() == 354;
  }

  private void assertLeft(String text) {
    if (text.startsWith(BECAUSE)) {
      assertEquals(text.substring(BECAUSE.length()), events.reasons.getLast());
    } else {
      assertEquals(text, String.join(" ", events.counted));
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

  private void given(String sentence) throws IOException {
    String[] words = sentence.split(" ", -1);
    switch (sentence) {
      case "a recipient is asked for" -> stepAll(ASKED);
      case "a message has begun" -> stepAll(BEGUN);
      case "a short timeout" -> timeout = SHORT_TIMEOUT;
      case "a short timeout in the text" -> textTimeout = SHORT_TIMEOUT;
      case "a short timeout at the end" -> endTimeout = SHORT_TIMEOUT;
      case "authorities" -> authorities = TestCertificates.pem();
      case "smtps", "smtp+starttls" -> scheme = sentence;
      default -> {
        switch (words[0]) {
          case "credentials" -> credentials = new Login.Password(words[1], words[2]);
          case "idle" -> idle = Duration.parse(words[1]);
          case "kept" -> kept = Integer.parseInt(words[1]);
          default -> throw new IllegalArgumentException("Not understood: given " + sentence);
        }
      }
    }
  }

  private void stepAll(String lines) throws IOException {
    for (String line : lines.lines().toList()) {
      step(Line.of(line));
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
      case "C:" -> say(rest);
      case "SLIP" -> answers.add(device().ask(delivery -> delivery.recipient(unparsed(rest))));
      case "FILL" -> act(this::fill);
      case "RESUMED" -> Device.await(resumed);
      case "FLUSH" -> act(SmtpDelivery::flush);
      case "ABANDON" -> {
        isText = false;
        act(SmtpDelivery::abandon);
      }
      case "HEARD" -> device().waitUntil(delivery -> !delivery.isTextWanted());
      default -> throw new IllegalArgumentException("Not understood: " + what);
    }
  }

  private void say(String line) {
    if (isText && !line.equals(".")) {
      act(delivery -> delivery.text(piece((line + "\r\n").getBytes(UTF_8))));
    } else if (isText) {
      isText = false;
      answers.add(device().ask(SmtpDelivery::finish));
    } else if (line.startsWith("MAIL ")) {
      act(delivery -> delivery.begin(Device.mail(line.substring(5))));
    } else if (line.startsWith("RCPT ")) {
      answers.add(device().ask(delivery -> delivery.recipient(Device.rcpt(line.substring(5)))));
    } else if (line.equals("DATA")) {
      answers.add(device().ask(SmtpDelivery::data));
    } else {
      throw new IllegalArgumentException("Not understood: C: " + line);
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

  private void nextHopStep(String what, String rest) throws IOException {
    switch (what) {
      case "ACCEPT" -> nextHop.accept();
      case "GREETED" -> greet(rest.isEmpty() ? new String[0] : rest.split(", ", -1));
      case "N:" -> nextHop.expect(rest);
      case "H:" -> nextHop.say(Transcript.plain(rest));
      case "TOGETHER" -> nextHop.holdBack();
      case "SENT" -> nextHop.send();
      case "LONG" -> nextHop.say("250 " + "x".repeat(Integer.parseInt(rest)));
      case "ENDLESS" -> nextHop.sendOctets("2".repeat(5_000).getBytes(US_ASCII));
      case "LINES" ->
          nextHop.say("250-more\r\n".repeat(Integer.parseInt(rest) - 1) + "250 the last");
      case "FILLED" -> nextHop.expect(filled.toByteArray());
      case "TLS" -> encrypt(rest.split(" ", -1));
      case "HANDSHAKE" -> nextHop.expectHandshake();
      case "NEXT-HOP-CLOSES" -> nextHop.hangUp();
      case "NEXT-HOP-SHUTS" -> nextHop.shut();
      case "NEXT-HOP-LEFT" -> nextHop.expectClosed();
      default -> throw new IllegalArgumentException("Not understood: " + what);
    }
  }

  private void greet(String... extensions) throws IOException {
    nextHop.accept();
    nextHop.say("220 next.example");
    nextHop.expect("EHLO relay.example");
    for (int i = 0; i <= extensions.length; i++) {
      String said = i == 0 ? "next.example" : extensions[i - 1];
      nextHop.say((i == extensions.length ? "250 " : "250-") + said);
    }
  }

  /** A recipient as the command parser would never read one. */
  private static RcptTo unparsed(String address) {
    return new RcptTo(Transcript.plain(address), null, null);
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
