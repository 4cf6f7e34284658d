package dev.ipauth.relay.smtp;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.joining;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ipauth.relay.message.HeaderBudget;
import dev.ipauth.relay.message.MessageText;
import dev.ipauth.relay.message.TextOut;
import dev.ipauth.relay.smtp.Access.AuthenticatedBy;
import dev.ipauth.relay.smtp.Access.Permission;
import dev.ipauth.tables.IpAddress;
import java.nio.ByteBuffer;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** A session beside a next hop that answers when the test wants it to. */
class SessionTest {
  private static final class SlowNextHop implements NextHop {
    private final CompletableFuture<Reply> lastWord = new CompletableFuture<>();
    private @Nullable Set<Extension> extensions;
    private Set<Extension> ofTheRelay = Set.of();
    private int abandoned;
    private Reply ofSender = Replies.SENDER_OK;
    private Reply ofRecipient = Replies.OK;

    @Override
    public @Nullable Set<Extension> extensions() {
      return extensions;
    }

    @Override
    public Set<Extension> ofTheRelay() {
      return ofTheRelay;
    }

    @Override
    public CompletionStage<Reply> begin(Submission message) {
      return CompletableFuture.completedStage(ofSender);
    }

    @Override
    public CompletionStage<Reply> recipient(RcptTo to) {
      return CompletableFuture.completedStage(ofRecipient);
    }

    @Override
    public CompletionStage<Reply> data() {
      return CompletableFuture.completedStage(Replies.SEND_TEXT);
    }

    @Override
    public CompletionStage<Reply> finish() {
      return lastWord;
    }

    @Override
    public void abandon() {
      abandoned++;
    }
  }

  private final class Nominated implements Access {
    @Override
    public CompletionStage<AuthAnswer> authenticate(String name, String password, IpAddress from) {
      return CompletableFuture.completedStage(
          new AuthAnswer.ShutOut(Reply.of(454, "4.7.0 Too many failed")));
    }

    @Override
    public CompletionStage<Permission> permission(IpAddress from, @Nullable Login login) {
      return CompletableFuture.completedStage(permission);
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

  private Permission permission = new Permission.Granted(TestUsers.SCANNER, AuthenticatedBy.IP);
  private final SlowNextHop nextHop = new SlowNextHop();
  private final List<Event> events = new ArrayList<>();
  private final Session session =
      new Session(
          new PortPolicy("relay.test", true, true, 1000, 1000, 10, 100),
          new SessionContext(
              new Nominated(),
              events::add,
              () -> "id",
              InstantSource.system(),
              new HeaderBudget(1 << 20)),
          nextHop,
          IpAddress.parse("192.0.2.7"));

  private Step on(String line) {
    Step step = session.on(Command.parse(line.getBytes(UTF_8)));
    while (step instanceof Step.Wait<?> wait) {
      step = follow(wait);
    }
    return step;
  }

  private static <T> Step follow(Step.Wait<T> wait) {
    return wait.then().apply(wait.answer().toCompletableFuture().join());
  }

  private MessageText begunText() {
    on("HELO x");
    on("MAIL FROM:<a@b>");
    on("RCPT TO:<c@d>");
    return ((Step.ReadText) on("DATA")).text();
  }

  @Test
  void whatTheNextHopSaysIsRecordedThoughTheDeviceIsGone() {
    MessageText text = begunText();
    text.take(ByteBuffer.wrap("x\r\n.\r\n".getBytes(UTF_8)), new Nowhere());
    session.onTextEnd(text);
    int before = nextHop.abandoned;
    var recorded = session.closed().toCompletableFuture();
    assertFalse(recorded.isDone());
    assertEquals(before, nextHop.abandoned, "its final dot has gone over");
    nextHop.lastWord.complete(Replies.OK);
    assertTrue(recorded.isDone());
    assertEquals(
        List.of(Replies.OK),
        events.stream().map(event -> ((Event.Message) event).reply()).toList());
    assertFalse(session.isInTransaction());
  }

  @Test
  void aMessageThatTheDeviceCutShortIsAbandoned() {
    MessageText text = begunText();
    text.take(ByteBuffer.wrap("x\r\n".getBytes(UTF_8)), new Nowhere());
    int before = nextHop.abandoned;
    assertTrue(session.closed().toCompletableFuture().isDone());
    assertEquals(before + 1, nextHop.abandoned);
    assertEquals(
        List.of(Event.Reason.CONNECTION_LOST),
        events.stream().map(event -> ((Event.Refused) event).reason()).toList());
  }

  /** An instant 454 that is no error is a line in the log for each, as fast as they come. */
  @Test
  void whoIsShutOutFromAuthIsSoonToldGoodbye() {
    on("EHLO x");
    for (int i = 0; i < 100; i++) {
      assertEquals(454, ((Step.Say) on("AUTH PLAIN AGEAYg==")).reply().code());
    }
    assertEquals(Replies.TOO_MANY_ERRORS, ((Step.HangUp) on("AUTH PLAIN AGEAYg==")).reply());
  }

  /** Each costs a look at the tables, or at the queue's room, as fast as they come. */
  @ParameterizedTest
  @CsvSource({
    "452 4.3.1, QUEUE_FULL, NO_ROOM",
    "451 4.3.0, TABLES, TABLES_UNREADABLE",
    "450 4.7.1, RATE, RATE",
    "530 5.7.0, NOBODY, NOT_NOMINATED",
    "550 5.7.1, DISABLED, USER_DISABLED"
  })
  void whoIsRefusedAtMailAgainAndAgainIsSoonToldGoodbye(
      String reply, String why, Event.Reason reason) {
    switch (why) {
      case "QUEUE_FULL" -> nextHop.ofSender = Replies.QUEUE_FULL;
      case "TABLES" -> permission = new Permission.Unsure();
      case "RATE" ->
          permission =
              new Permission.OverRate(
                  (Permission.Granted) permission, Reply.of(450, "4.7.1 Too many"));
      case "NOBODY" -> permission = new Permission.Nobody();
      default -> permission = new Permission.Disabled(TestUsers.SCANNER);
    }
    on("EHLO x");
    for (int i = 0; i < 100; i++) {
      String heard = ((Step.Say) on("MAIL FROM:<a@b>")).reply().toString();
      assertTrue(heard.startsWith(reply), heard);
      assertEquals(reason, ((Event.Refused) events.getLast()).reason());
    }
    assertEquals(Replies.TOO_MANY_ERRORS, ((Step.HangUp) on("MAIL FROM:<a@b>")).reply());
  }

  /** Else it would be an endless loop, and nobody would find out whose. */
  @ParameterizedTest
  @CsvSource({"false, 451, NEXT_HOP", "true, 555, ENVELOPE"})
  void whoAsksForWhatIsntOfferedIsSoonToldGoodbye(
      boolean wasReached, int reply, Event.Reason reason) {
    nextHop.extensions = wasReached ? Set.of() : null;
    on("EHLO x");
    for (int i = 0; i < 100; i++) {
      assertEquals(reply, ((Step.Say) on("MAIL FROM:<a@b> SMTPUTF8")).reply().code());
      var refused = (Event.Refused) events.getLast();
      assertEquals(reason, refused.reason());
      assertEquals(TestUsers.SCANNER.username(), Objects.requireNonNull(refused.who()).username());
    }
    assertEquals(Replies.TOO_MANY_ERRORS, ((Step.HangUp) on("MAIL FROM:<a@b>")).reply());
  }

  /** A message that is sent to many may have many recipients that aren't there. */
  @Test
  void whatTheNextHopSaysOfRecipientsNeverCounts() {
    nextHop.ofRecipient = Reply.of(450, "4.2.1 Greylisted");
    on("EHLO x");
    on("MAIL FROM:<a@b>");
    for (int i = 0; i < 500; i++) {
      assertEquals(450, ((Step.Say) on("RCPT TO:<c@d>")).reply().code());
    }
  }

  /** Once the next hop couldn't be asked, each of them is answered at once: an endless loop. */
  @ParameterizedTest
  @MethodSource("wordsOfTheRelay")
  void whoGoesOnNamingRecipientsThatTheNextHopIsNotAskedAboutIsSoonToldGoodbye(Reply own) {
    nextHop.ofRecipient = own;
    on("EHLO x");
    on("MAIL FROM:<a@b>");
    for (int i = 0; i < 100; i++) {
      assertEquals(own, ((Step.Say) on("RCPT TO:<c@d>")).reply());
      assertEquals(Event.Reason.NEXT_HOP, ((Event.Refused) events.getLast()).reason());
    }
    assertEquals(Replies.TOO_MANY_ERRORS, ((Step.HangUp) on("RCPT TO:<c@d>")).reply());
  }

  private static List<Reply> wordsOfTheRelay() {
    return List.of(
        Replies.NEXT_HOP_FAILED,
        Replies.MISCONFIGURED,
        Replies.THROTTLED,
        Replies.PACED,
        Replies.NEXT_HOP_BEHIND,
        Replies.NO_UTF8_NOW,
        Replies.NO_UTF8_BEHIND,
        Replies.UNSAFE,
        Replies.SES_BAD_RECIPIENT,
        Replies.SES_BAD_SENDER);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "what is said                         | never reached | neither | SMTPUTF8 | DSN | kept",
        "MAIL FROM:<a@b> SMTPUTF8             | 451           | 555     | 250      | 555 | 451",
        "MAIL FROM:<ä@b>                      | 451           | 553     | 553      | 553 | 451",
        "MAIL FROM:<ä@b> SMTPUTF8             | 451           | 555     | 250      | 555 | 451",
        "MAIL FROM:<a@b> RET=FULL ENVID=x     | 250           | 250     | 250      | 250 | 250",
        "RCPT TO:<c@d> NOTIFY=SUCCESS         | 451           | 555     | 555      | 250 | 250",
        "RCPT TO:<c@d> NOTIFY=success,FAILURE | 451           | 555     | 555      | 250 | 250",
        "RCPT TO:<c@d> NOTIFY=FAILURE,DELAY   | 250           | 250     | 250      | 250 | 250",
        "RCPT TO:<c@d> NOTIFY=NEVER           | 250           | 250     | 250      | 250 | 250",
        "RCPT TO:<c@d> ORCPT=rfc822;c@d       | 250           | 250     | 250      | 250 | 250",
        "RCPT TO:<ä@d>                        | 451           | 553     | 553      | 553 | 451"
      },
      useHeadersInDisplayName = true)
  void whatNeedsTheNextHopIsForNowUntilItWasReached(
      String said, int never, int neither, int utf8, int dsn, int neverWithAQueue) {
    assertEquals(never, code(said, null));
    assertEquals(neither, code(said, Set.of()));
    assertEquals(utf8, code(said, Set.of(NextHop.Extension.SMTPUTF8)));
    assertEquals(dsn, code(said, Set.of(NextHop.Extension.DSN)));
    nextHop.ofTheRelay = Set.of(NextHop.Extension.DSN);
    assertEquals(neverWithAQueue, code(said, null));
  }

  private int code(String said, @Nullable Set<NextHop.Extension> extensions) {
    nextHop.extensions = extensions;
    on("EHLO x");
    if (said.startsWith("RCPT")) {
      on("MAIL FROM:<a@b>");
    }
    return ((Step.Say) on(said)).reply().code();
  }

  @ParameterizedTest
  @CsvSource({
    // What ends it, and the lines that it leaves.
    "RSET, NEXT_HOP of RECIPIENT [c@d], NO_RECIPIENT of TRANSACTION [c@d]",
    "HELO y, NEXT_HOP of RECIPIENT [c@d], NO_RECIPIENT of TRANSACTION [c@d]",
    "RCPT TO:<c@d@e>\\nRSET, NEXT_HOP of RECIPIENT [c@d]; ENVELOPE of RECIPIENT [], NO_RECIPIENT of TRANSACTION [c@d]",
  })
  void aTransactionWhoseRecipientsAreAllRefusedIsTold(String end, String before, String whole) {
    nextHop.ofRecipient = Reply.of(550, "5.1.1 No such mailbox");
    on("HELO x");
    on("MAIL FROM:<a@b>");
    on("RCPT TO:<c@d>");
    end.translateEscapes().lines().forEach(this::on);
    session.closed();
    assertEquals(
        before + "; " + whole, events.stream().map(SessionTest::told).collect(joining("; ")));
  }

  @Test
  void oneThatTheDeviceGaveUpIsNot() {
    on("HELO x");
    on("MAIL FROM:<a@b>");
    on("RSET");
    on("MAIL FROM:<a@b>");
    on("RCPT TO:<c@d>");
    on("RSET");
    on("MAIL FROM:<a@b>");
    on("RCPT TO:<c@d>");
    session.closed();
    assertEquals(List.of(), events);
  }

  private static String told(Event event) {
    var refused = (Event.Refused) event;
    return refused.reason() + " of " + refused.what() + " " + refused.recipients();
  }
}
