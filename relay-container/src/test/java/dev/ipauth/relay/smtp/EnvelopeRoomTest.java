package dev.ipauth.relay.smtp;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ipauth.relay.message.HeaderBudget;
import dev.ipauth.relay.message.TextOut;
import dev.ipauth.relay.smtp.Access.AuthAnswer;
import dev.ipauth.relay.smtp.Access.AuthenticatedBy;
import dev.ipauth.relay.smtp.Access.Login;
import dev.ipauth.relay.smtp.Access.Permission;
import dev.ipauth.tables.IpAddress;
import java.nio.ByteBuffer;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Envelopes of many long addresses on many connections, while an honest device goes on sending. */
class EnvelopeRoomTest {
  private static final int ROOM = 1 << 20;
  private static final int MOST_ERRORS = 20;
  private static final String LONG =
      "x".repeat(60) + "@" + ("y".repeat(62) + ".").repeat(3) + "example";

  private final HeaderBudget budget = new HeaderBudget(ROOM);
  private final List<Event> events = new ArrayList<>();
  private boolean takesRecipients = true;

  private final class TakingOrNot implements NextHop {
    @Override
    public Set<Extension> extensions() {
      return Set.of(Extension.SMTPUTF8);
    }

    @Override
    public CompletionStage<Reply> begin(Submission message) {
      return CompletableFuture.completedStage(Replies.SENDER_OK);
    }

    @Override
    public CompletionStage<Reply> recipient(RcptTo to) {
      return CompletableFuture.completedStage(
          takesRecipients ? Replies.RECIPIENT_OK : Reply.of(550, "5.1.1 Nobody"));
    }

    @Override
    public CompletionStage<Reply> data() {
      return CompletableFuture.completedStage(Replies.SEND_TEXT);
    }

    @Override
    public CompletionStage<Reply> finish() {
      return CompletableFuture.completedStage(Replies.OK);
    }

    @Override
    public void abandon() {}
  }

  private record Nominated(String accountId) implements Access {
    @Override
    public CompletionStage<AuthAnswer> authenticate(String name, String password, IpAddress from) {
      return CompletableFuture.completedStage(AuthAnswer.Refused.NOBODY);
    }

    @Override
    public CompletionStage<Permission> permission(IpAddress from, @Nullable Login login) {
      return CompletableFuture.completedStage(
          new Permission.Granted(TestUsers.of("user", accountId, List.of()), AuthenticatedBy.IP));
    }

    @Override
    public CompletionStage<Permission> permissionStill(IpAddress from, @Nullable Login login) {
      return permission(from, login);
    }
  }

  private static final class Nowhere implements TextOut {
    @Override
    public void slice(int from, int to) {}

    @Override
    public void insert(byte[] octets) {}
  }

  private final class Device {
    private final Session session;

    Device(String accountId) {
      session =
          new Session(
              new PortPolicy("relay.test", true, true, 1000, 1000, 100, MOST_ERRORS),
              new SessionContext(
                  new Nominated(accountId),
                  events::add,
                  () -> "id",
                  InstantSource.system(),
                  budget),
              new TakingOrNot(),
              IpAddress.parse("192.0.2.7"));
    }

    Step says(String line) {
      Step step = session.on(Command.parse(line.getBytes(UTF_8)));
      while (step instanceof Step.Wait<?> wait) {
        step = follow(wait);
      }
      return step;
    }

    private static <T> Step follow(Step.Wait<T> wait) {
      return wait.then().apply(wait.answer().toCompletableFuture().join());
    }

    int hears(String line) {
      return switch (says(line)) {
        case Step.Say(Reply reply) -> reply.code();
        case Step.HangUp(Reply reply) -> reply.code();
        case Step.ReadText(Reply reply, _) -> reply.code();
        case Step other -> throw new AssertionError(other);
      };
    }

    void begins() {
      assertEquals(250, hears("EHLO x"));
      assertEquals(250, hears("MAIL FROM:<a@example.com> SMTPUTF8"));
    }

    /** Whether all of it is taken. */
    boolean sends() {
      begins();
      boolean taken = true;
      for (int i = 0; i < 3; i++) {
        taken &= hears("RCPT TO:<scans" + i + "@example.net>") == 250;
      }
      says("QUIT");
      return taken;
    }
  }

  private static String recipient(int number) {
    return "RCPT TO:<" + number + LONG + "> ORCPT=rfc822;" + "z".repeat(480);
  }

  /** Each connection names a recipient in turn. */
  @ParameterizedTest
  @CsvSource({"1, 60", "3, 60", "7, 20"})
  void whoTakesTooMuchIsRefusedAndNobodyElseNotices(int accounts, int connections) {
    var greedy = new ArrayList<Device>();
    for (int i = 0; i < accounts * connections; i++) {
      greedy.add(new Device("greedy" + i % accounts));
      greedy.getLast().begins();
    }
    var heard = new ArrayList<Integer>();
    for (int number = 0; number < MOST_ERRORS; number++) {
      for (Device device : greedy) {
        heard.add(device.hears(recipient(number)));
        assertTrue(budget.held() <= ROOM, "more than there is");
      }
      assertTrue(new Device("honest").sends(), "an honest device noticed");
    }
    assertEquals(Set.of(250, 452), Set.copyOf(heard));
    greedy.forEach(device -> device.session.closed());
    assertEquals(0, budget.held(), "all of it is given back");
  }

  @Test
  void whoGoesOnAskingForRoomIsSoonToldGoodbye() {
    HeaderBudget.Share others = budget.share("acme");
    assertTrue(others.take(ROOM / 2 - 5000));
    var device = new Device("acme");
    device.begins();
    var heard = new ArrayList<Integer>();
    for (int i = 0; i < 100 && !heard.contains(421); i++) {
      heard.add(device.hears(recipient(heard.size())));
    }
    assertEquals(MOST_ERRORS, heard.stream().filter(code -> code == 452).count());
    assertTrue(heard.contains(250));
    others.release();
    assertEquals(0, budget.held());
  }

  /** Each of them, in the middle of an envelope with recipients taken and refused. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "RSET",
        "EHLO y",
        "QUIT",
        "BDAT x",
        "GET / HTTP/1.1",
        "DATA",
        "closed",
        "timed out",
        "TLS",
        "drained"
      })
  void everyWayOutGivesItBack(String end) {
    var device = new Device("acme");
    device.begins();
    device.says("RCPT TO:<a@example.net>");
    takesRecipients = false;
    device.says("RCPT TO:<b@example.net>");
    device.says("RCPT TO:<c@d@e>");
    device.says("RCPT TO:<f@example.net> NOTIFY=SUCCESS");
    assertTrue(budget.held() > 0);
    switch (end) {
      case "closed" -> device.session.closed();
      case "timed out" -> device.session.timedOut(Event.Reason.IDLE);
      case "TLS" -> device.session.onTls("TLSv1.3");
      case "drained" -> device.session.end(Replies.SHUTTING_DOWN);
      case "DATA" -> {
        var text = ((Step.ReadText) device.says("DATA")).text();
        text.take(ByteBuffer.wrap("x\r\n.\r\n".getBytes(UTF_8)), new Nowhere());
        ((Step.Wait<?>) device.session.onTextEnd(text)).answer().toCompletableFuture().join();
      }
      default -> device.says(end);
    }
    assertEquals(0, budget.held());
  }

  /** What is told of those that were refused is bounded, and so is what is held of them. */
  @Test
  void recipientsThatAreRefusedTakeNoMoreThanIsTold() {
    takesRecipients = false;
    var device = new Device("acme");
    device.begins();
    for (int i = 0; i < 100; i++) {
      assertEquals(550, device.hears(recipient(i)));
    }
    long held = budget.held();
    assertTrue(held > 100L * LONG.length(), "they are counted: " + held);
    for (int i = 0; i < 10_000; i++) {
      assertEquals(550, device.hears(recipient(i)));
      assertEquals(held, budget.held());
    }
    device.says("RSET");
    assertEquals(0, budget.held());
  }

  /** Outside of ASCII a character takes two octets of memory. */
  @Test
  void whatIsNotAsciiCountsDouble() {
    var device = new Device("acme");
    device.begins();
    long before = budget.held();
    assertEquals(250, device.hears("RCPT TO:<abc@example.net>"));
    long ascii = budget.held() - before;
    assertEquals(250, device.hears("RCPT TO:<äöü@example.net>"));
    assertEquals(ascii + "äöü@example.net".length(), budget.held() - before - ascii);
  }

  @Test
  void whereThereIsNoRoomForASenderThatIsSaid() {
    var full = new HeaderBudget(2000);
    assertTrue(full.share("other").take(900));
    assertTrue(full.share("another").take(500));
    assertTrue(full.share("a third").take(250));
    var session =
        new Session(
            new PortPolicy("relay.test", true, true, 1000, 1000, 100, MOST_ERRORS),
            new SessionContext(
                new Nominated("acme"), events::add, () -> "id", InstantSource.system(), full),
            new TakingOrNot(),
            IpAddress.parse("192.0.2.7"));
    session.on(Command.parse("HELO x".getBytes(UTF_8)));
    var wait =
        (Step.Wait<?>) session.on(Command.parse("MAIL FROM:<a@example.com>".getBytes(UTF_8)));
    assertEquals(new Step.Say(Replies.NO_ROOM_FOR_ENVELOPE), Device.follow(wait));
    assertEquals(Event.Reason.NO_ROOM, ((Event.Refused) events.getLast()).reason());
    assertEquals(1650, full.held());
  }
}
