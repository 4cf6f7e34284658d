package dev.ipauth.relay.smtp;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;

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
 * model of four flags: no state outlives the end of a message, RSET, EHLO or STARTTLS, and none is
 * made by a command that was refused.
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
    RSET("RSET"),
    NOOP("NOOP"),
    STARTTLS("STARTTLS"),
    AUTH("AUTH PLAIN AGEAYg=="),
    BAD_MAIL("MAIL FROM:<a@b> FOO=1"),
    NONSENSE("XYZZY");

    private final String line;

    Said(String line) {
      this.line = line;
    }
  }

  /** What RFC 5321 says of it, in four flags. */
  private static final class Model {
    private boolean greeted;
    private boolean mail;
    private boolean rcpt;
    private boolean tls;
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
          yield mail ? 250 : 503;
        }
        case DATA, BDAT -> {
          delivered += rcpt ? 1 : 0;
          yield rcpt ? ended(250) : 503;
        }
        case RSET -> ended(250);
        case NOOP -> 250;
        case STARTTLS -> {
          yield tls ? 503 : encrypted();
        }
        case AUTH -> mail || !greeted ? 503 : 535;
        case BAD_MAIL -> 555;
        case NONSENSE -> 500;
      };
    }

    /** There are devices that don't say EHLO again. */
    private int encrypted() {
      tls = true;
      return ended(220);
    }

    private int ended(int reply) {
      mail = false;
      rcpt = false;
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

  private final Taking nextHop = new Taking();
  private final Session session =
      new Session(
          new PortPolicy("relay.test", true, true, 1000, 1000, 10, 100),
          new SessionContext(
              new Nominated(),
              _ -> {},
              () -> "id",
              InstantSource.system(),
              new HeaderBudget(1 << 20)),
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
        chunk.text().take(ByteBuffer.wrap("x\r\n".getBytes(US_ASCII)), new Nowhere());
        chunk.text().end(new Nowhere());
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
      int code = test.perform(test.session.on(Command.parse(said.line.getBytes(US_ASCII))));
      assertEquals(model.reply(said), code, () -> said + " in " + sequence);
    }
    assertEquals(model.delivered, test.nextHop.finished, sequence::toString);
    assertEquals(model.mail, test.nextHop.open, sequence::toString);
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
