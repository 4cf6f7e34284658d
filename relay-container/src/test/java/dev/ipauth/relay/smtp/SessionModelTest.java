package dev.ipauth.relay.smtp;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.ipauth.relay.message.HeaderBudget;
import dev.ipauth.relay.message.MessageText;
import dev.ipauth.relay.message.TextOut;
import dev.ipauth.tables.IpAddress;
import dev.ipauth.tables.SmtpUser;
import java.nio.ByteBuffer;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Every sequence of three commands, behind a greeting and in the middle of a message, against a
 * model of a few flags: no state outlives the end of a message or of the connection, RSET, EHLO or
 * STARTTLS, and none is made by a command that was refused. Nor does what is held of a header.
 */
class SessionModelTest {
  private static final SmtpUser USER = TestUsers.SCANNER;

  private enum Said {
    HELO("HELO x"),
    EHLO("EHLO x"),
    MAIL("MAIL FROM:<a@b>"),
    RCPT("RCPT TO:<c@d>"),
    DATA("DATA"),
    BDAT("BDAT 3 LAST"),
    CHUNK("BDAT 6"),
    RSET("RSET"),
    NOOP("NOOP"),
    STARTTLS("STARTTLS"),
    AUTH("AUTH PLAIN AGEAYg=="),
    BAD_MAIL("MAIL FROM:<a@b> FOO=1"),
    NONSENSE("XYZZY"),
    UNREADABLE("BDAT x"),
    HTTP("GET / HTTP/1.1");

    private final String line;

    Said(String line) {
      this.line = line;
    }
  }

  /** What RFC 5321 and RFC 3030 say of it. */
  private static final class Model {
    private boolean greeted;
    private boolean mail;
    private boolean rcpt;
    private boolean chunks;
    private boolean tls;
    private boolean over;
    private int delivered;

    int reply(Said said) {
      return switch (said) {
        case HELO, EHLO -> {
          greeted = true;
          yield ended(250);
        }
        case MAIL -> {
          boolean begins = greeted && !mail;
          mail |= begins;
          yield begins ? 250 : 503;
        }
        case RCPT -> {
          rcpt = mail;
          yield mail && !chunks ? 250 : 503;
        }
        case DATA -> rcpt && !chunks ? delivered() : 503;
        case BDAT -> rcpt ? delivered() : 503;
        case CHUNK -> {
          chunks = rcpt;
          yield rcpt ? 250 : 503;
        }
        case RSET -> ended(250);
        case NOOP -> 250;
        case STARTTLS -> {
          yield tls ? 503 : encrypted();
        }
        case AUTH -> mail || !greeted ? 503 : 535;
        case BAD_MAIL -> 555;
        case NONSENSE -> 500;
        case UNREADABLE -> over(501);
        case HTTP -> over(554);
      };
    }

    private int delivered() {
      delivered++;
      return ended(250);
    }

    private int over(int reply) {
      over = true;
      return ended(reply);
    }

    /** There are devices that don't say EHLO again. */
    private int encrypted() {
      tls = true;
      return ended(220);
    }

    private int ended(int reply) {
      mail = false;
      rcpt = false;
      chunks = false;
      return reply;
    }
  }

  /** Takes everything; counts what was finished, and knows whether something is open. */
  private static final class Taking implements NextHop {
    private int finished;
    private boolean open;

    @Override
    public Set<Extension> extensions() {
      return Set.of();
    }

    @Override
    public CompletionStage<Reply> begin(Submission message) {
      assertEquals(false, open, "a message was begun within another");
      open = true;
      return CompletableFuture.completedStage(Replies.SENDER_OK);
    }

    @Override
    public CompletionStage<Reply> recipient(RcptTo to) {
      return CompletableFuture.completedStage(Replies.OK);
    }

    @Override
    public CompletionStage<Reply> data() {
      return CompletableFuture.completedStage(Replies.SEND_TEXT);
    }

    @Override
    public CompletionStage<Reply> finish() {
      finished++;
      open = false;
      return CompletableFuture.completedStage(Replies.OK);
    }

    @Override
    public void abandon() {
      open = false;
    }
  }

  private static final class Nominated implements Access {
    @Override
    public CompletionStage<AuthAnswer> authenticate(String name, String password, IpAddress from) {
      return CompletableFuture.completedStage(AuthAnswer.Refused.NOBODY);
    }

    @Override
    public CompletionStage<Permission> permission(IpAddress from, @Nullable Login login) {
      return CompletableFuture.completedStage(new Permission.Granted(USER, AuthenticatedBy.IP));
    }

    @Override
    public CompletionStage<Permission> permissionStill(IpAddress from, @Nullable Login login) {
      return permission(from, login);
    }
  }

  private final HeaderBudget headers = new HeaderBudget(1 << 20);
  private final Taking nextHop = new Taking();
  private final Session session =
      new Session(
          new PortPolicy("relay.test", true, true, 1000, 1000, 10, 100),
          new SessionContext(new Nominated(), _ -> {}, () -> "id", InstantSource.system(), headers),
          nextHop,
          IpAddress.parse("192.0.2.7"));

  /** Performs steps until a command is expected again; the answer is the last reply's code. */
  private int perform(Step step) {
    return switch (step) {
      case Step.Say(Reply reply) -> reply.code();
      case Step.Wait<?> wait -> perform(follow(wait));
      case Step.ReadText(_, MessageText text) -> {
        text.take(ByteBuffer.wrap("x\r\n.\r\n".getBytes(US_ASCII)), new Nowhere());
        yield perform(session.onTextEnd(text));
      }
      case Step.ReadChunk chunk -> {
        String text = chunk.last() ? "x\r\n" : "a: b\r\n";
        chunk.text().take(ByteBuffer.wrap(text.getBytes(US_ASCII)), new Nowhere());
        if (chunk.last()) {
          chunk.text().end(new Nowhere());
        }
        yield perform(session.onChunkEnd(chunk));
      }
      case Step.DropChunk(_, Reply reply) -> reply.code();
      case Step.StartTls(Reply reply) -> {
        session.onTls("TLSv1.3");
        yield reply.code();
      }
      case Step.AskAuth(Reply reply) -> reply.code();
      case Step.HangUp(Reply reply) -> reply.code();
    };
  }

  private static <T> Step follow(Step.Wait<T> wait) {
    return wait.then().apply(wait.answer().toCompletableFuture().join());
  }

  private static final class Nowhere implements TextOut {
    @Override
    public void slice(int from, int to) {}

    @Override
    public void insert(byte[] octets) {}
  }

  private static void play(List<Said> sequence) {
    var test = new SessionModelTest();
    var model = new Model();
    for (Said said : sequence) {
      if (!model.over) {
        int code = test.perform(test.session.on(Command.parse(said.line.getBytes(US_ASCII))));
        assertEquals(model.reply(said), code, () -> said + " in " + sequence);
        assertEquals(model.mail, test.nextHop.open, () -> said + " in " + sequence);
        assertEquals(model.mail, test.headers.held() > 0, () -> said + " in " + sequence);
      }
    }
    test.session.closed();
    assertEquals(model.delivered, test.nextHop.finished, sequence::toString);
    assertFalse(test.nextHop.open, sequence::toString);
    assertEquals(0, test.headers.held(), sequence::toString);
  }

  @Test
  void noStateSurvivesWhatEndsIt() {
    for (Said first : Said.values()) {
      for (Said second : Said.values()) {
        for (Said third : Said.values()) {
          play(List.of(first, second, third));
          play(List.of(Said.EHLO, first, second, third));
          play(List.of(Said.EHLO, Said.MAIL, first, second, third));
          play(List.of(Said.EHLO, Said.MAIL, Said.RCPT, first, second, third));
        }
      }
    }
  }
}
