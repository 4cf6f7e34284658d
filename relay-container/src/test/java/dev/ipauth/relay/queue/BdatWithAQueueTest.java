package dev.ipauth.relay.queue;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ipauth.relay.limits.Limits;
import dev.ipauth.relay.limits.Rates;
import dev.ipauth.relay.message.HeaderBudget;
import dev.ipauth.relay.operation.Metrics;
import dev.ipauth.relay.smtp.Access;
import dev.ipauth.relay.smtp.Event;
import dev.ipauth.relay.smtp.PortPolicy;
import dev.ipauth.relay.smtp.SessionContext;
import dev.ipauth.relay.tls.Certificate;
import dev.ipauth.relay.tls.ServerTls;
import dev.ipauth.relay.transport.Transport;
import dev.ipauth.relay.wire.Port;
import dev.ipauth.relay.wire.SmtpServer;
import dev.ipauth.relay.wire.Timeouts;
import dev.ipauth.tables.IpAddress;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;
import org.junit.jupiter.params.provider.CsvSource;

/** A device that sends its text in chunks (RFC 3030), over a socket, with a queue behind it. */
class BdatWithAQueueTest extends WithAQueue {
  private static final ServerTls SELF_SIGNED =
      new ServerTls(Certificate.SelfSigned.of("relay.test"));
  private static final String HEADER = "Subject: a scan\r\nDate: x\r\nMessage-ID: <y@z>\r\n";
  private static final String BODY = "\r\n.a dot\r\n.\r\n";

  private final Transport transport = Transport.nio(1);
  private final Socket device = new Socket();
  private ScriptedDelivery hop = new ScriptedDelivery(List.of(), "354", "250");
  private @Nullable BufferedReader replies;

  BdatWithAQueueTest(@TempDir Path folder) {
    super(folder);
  }

  private void connect() throws IOException {
    var rates = new Rates(0, 0, 0, 0, 0, 0, Duration.ofMinutes(1));
    Duration ever = Duration.ofMinutes(5);
    var server =
        new SmtpServer(
            transport,
            channel -> delivery(hop, channel.eventLoop()),
            new SessionContext(
                new Nominated(),
                event -> events.lines.add(event instanceof Event.Message ? "message" : "refused"),
                () -> "id1",
                InstantSource.system(),
                new HeaderBudget(1 << 20)),
            SELF_SIGNED,
            new SmtpServer.Rules(
                _ -> new PortPolicy("relay.test", true, true, 1 << 20, 65_536, 100, 20),
                new Limits(rates, System::nanoTime, _ -> {}),
                List.of(),
                new Timeouts(ever, ever, ever, ever, ever)),
            new Metrics());
    device.connect(server.listen(IpAddress.parse("127.0.0.1"), new Port(0, Port.Kind.STARTTLS)));
    device.setSoTimeout(20_000);
    replies = new BufferedReader(new InputStreamReader(device.getInputStream(), US_ASCII));
    assertEquals("220", code(heard()));
  }

  @AfterEach
  void close() throws IOException {
    device.close();
    transport.eventLoops().shutdownGracefully(0, 1, TimeUnit.SECONDS);
  }

  // --- The device --------------------------------------------------------------------------------

  private String say(String octets) throws IOException {
    device.getOutputStream().write(octets.getBytes(US_ASCII));
    return heard();
  }

  private String heard() throws IOException {
    BufferedReader in = Objects.requireNonNull(replies);
    String line = in.readLine();
    while (line != null && line.startsWith("-", 3)) {
      line = in.readLine();
    }
    return String.valueOf(line);
  }

  private static String code(String reply) {
    return reply.startsWith("250 2.0.0 Queued as id1") ? "250 queued" : reply.substring(0, 3);
  }

  private static String chunk(String octets, String last) {
    return "BDAT " + octets.length() + last + "\r\n" + octets;
  }

  private List<String> envelope(int recipients) throws IOException {
    assertEquals("250", code(say("EHLO device\r\n")));
    assertEquals("250", code(say("MAIL FROM:<scans@example.com>\r\n")));
    var heard = new ArrayList<String>();
    for (String address : List.of("a@x", "b@x", "c@x").subList(0, recipients)) {
      heard.add(code(say("RCPT TO:<" + address + ">\r\n")));
    }
    return heard;
  }

  private Heard send(int recipients) throws IOException {
    List<String> toRecipients = envelope(recipients);
    if (toRecipients.stream().noneMatch("250"::equals)) {
      return new Heard(toRecipients, null, null);
    }
    String toFirst = code(say(chunk(HEADER, "")));
    return new Heard(
        toRecipients, toFirst, toFirst.equals("250") ? code(say(chunk(BODY, " LAST"))) : null);
  }

  // --- What is kept ------------------------------------------------------------------------------

  @ParameterizedTest
  @CsvFileSource(resources = "what-is-kept.csv", numLinesToSkip = 1)
  void theContractsTable(
      String toRecipients,
      String toData,
      String toEnd,
      String recipients,
      @Nullable String data,
      @Nullable String end,
      @Nullable String kept,
      @Nullable String delivered)
      throws IOException {
    operatorFaults = Set.of("5.7.64");
    hop = new ScriptedDelivery(words(toRecipients), toData, toEnd);
    connect();

    Heard heard = send(words(recipients).size());
    eventually(() -> !underWay.isAt("id1"), "settled");

    // Where DATA hears 354, a first chunk hears 250.
    assertEquals(new Heard(words(recipients), "354".equals(data) ? "250" : data, end), heard);
    assertEquals(words(kept), keptRecipients());
    assertEquals(words(delivered), hop.has);
    if (!words(kept).isEmpty()) {
      assertKeptText();
    }
  }

  private void assertKeptText() throws IOException {
    try (InputStream text = FolderTexts.in(folder.resolve("texts")).open("id1")) {
      String whole = new String(text.readAllBytes(), US_ASCII);
      assertTrue(whole.startsWith("Received: from device"), whole);
      assertTrue(whole.endsWith("\r\n" + HEADER + "\r\n..a dot\r\n..\r\n"), whole);
    }
  }

  @Test
  void whileTheNextHopIsDownEveryChunkIsKeptUnasked() throws IOException {
    isDown = true;
    connect();
    assertEquals(new Heard(List.of("250", "250"), "250", "250 queued"), send(2));
    assertEquals(List.of("a@x", "b@x"), keptRecipients());
    assertKeptText();
  }

  /** Whoever reads the log knows of a message before it hears what became of it. */
  @Test
  void theLineOfAMessageComesBeforeThatOfWhomItWasDeliveredTo() throws IOException {
    threads = Runnable::run;
    hop = new ScriptedDelivery(List.of("450", "250"), "354", "250");
    connect();
    assertEquals("250 queued", send(2).end());

    eventually(() -> events.lines.contains("delivered id1 [b@x]"), "it is told");
    assertTrue(
        events.lines.indexOf("message") < events.lines.indexOf("delivered id1 [b@x]"),
        events.lines.toString());
    assertTrue(events.lines.contains("message"), events.lines.toString());
  }

  @Test
  void whatCantBeKeptHearsSoAtTheLastChunk() throws IOException {
    isDown = true;
    table.isAway = true;
    connect();
    assertEquals(new Heard(List.of("250"), "250", "451"), send(1));
    assertEquals(List.of(), rows());

    table.isAway = false;
    eventually(() -> !underWay.isAt("id1"), "taken back");
    assertEquals("250", code(say("NOOP\r\n")));
    assertEquals(0, folder.resolve("texts").toFile().list((_, name) -> name.equals("id1")).length);
  }

  /** A device that is gone, or changes its mind, between two chunks or within one. */
  @ParameterizedTest
  @CsvSource({
    "RSET, false",
    "QUIT, false",
    "'', false",
    "BDAT 100, false",
    "RSET, true",
    "'', true",
    "BDAT 100, true"
  })
  void whatEndsHalfWayLeavesNothing(String how, boolean down) throws IOException {
    isDown = down;
    hop = new ScriptedDelivery(List.of("250"), "354", "451");
    connect();
    envelope(1);
    assertEquals("250", code(say(chunk(HEADER + BODY, ""))));
    assertTrue(held.held() > 0);

    device.getOutputStream().write((how + "\r\n").getBytes(US_ASCII));
    device.shutdownOutput();

    eventually(() -> held.held() == 0, "nothing is held");
    eventually(() -> hop.isAbandoned || down, "the next hop isn't kept waiting");
    assertEquals(List.of(), rows());
  }

  private final class Nominated implements Access {
    @Override
    public CompletionStage<AuthAnswer> authenticate(String name, String password, IpAddress from) {
      return CompletableFuture.completedStage(AuthAnswer.Refused.NOBODY);
    }

    @Override
    public CompletionStage<Permission> permission(IpAddress from, @Nullable Login login) {
      return CompletableFuture.completedStage(new Permission.Granted(user, AuthenticatedBy.IP));
    }

    @Override
    public CompletionStage<Permission> permissionStill(IpAddress from, @Nullable Login login) {
      return permission(from, login);
    }
  }
}
