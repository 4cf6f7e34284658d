package dev.ipauth.relay.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.ipauth.relay.message.HeaderBudget;
import dev.ipauth.relay.onward.Delivery;
import dev.ipauth.relay.onward.StrictNextHop;
import dev.ipauth.relay.smtp.Access;
import dev.ipauth.relay.smtp.Event;
import dev.ipauth.relay.smtp.PortPolicy;
import dev.ipauth.relay.smtp.Reply;
import dev.ipauth.relay.smtp.Session;
import dev.ipauth.relay.smtp.SessionContext;
import dev.ipauth.relay.smtp.Step;
import dev.ipauth.relay.smtp.TestUsers;
import dev.ipauth.tables.IpAddress;
import dev.ipauth.tables.SmtpUser;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * A device that an SMTP user nominates talks to the relay and, through it, to a {@link
 * StrictNextHop}: everything between the two sockets, on one thread.
 */
final class Conversation {
  private static final PortPolicy POLICY =
      new PortPolicy("relay.test", false, true, 20_000, 2000, 3, 10);
  private static final SmtpUser USER = TestUsers.SCANNER;

  private final UnpooledByteBufAllocator buffers = new UnpooledByteBufAllocator(false, true);
  private static final IpAddress ADDRESS = IpAddress.parse("192.0.2.7");

  private final StrictNextHop nextHop = new StrictNextHop();
  private final List<Reply> replies = new ArrayList<>();
  private final List<Event> events = new ArrayList<>();
  private final Delivery delivery = nextHop.delivery();
  private final HeaderBudget headers = new HeaderBudget(1 << 20);
  private final WaitingBudget waiting = new WaitingBudget(Long.MAX_VALUE);
  private final Session session =
      new Session(
          POLICY,
          new SessionContext(
              new Nominated(),
              events::add,
              () -> "id1",
              InstantSource.fixed(Instant.EPOCH),
              headers),
          delivery,
          ADDRESS);
  private final SmtpDecoder decoder = new SmtpDecoder(session, delivery, waiting.of(ADDRESS));

  Conversation() {
    decoder.expect(new Reading.CommandLine());
  }

  void say(byte[] octets, int from, int to) {
    ByteBuf piece = buffers.heapBuffer(to - from).writeBytes(octets, from, to - from);
    decoder.add(buffers, piece);
    for (Step step = decoder.take(); step != null; step = decoder.take()) {
      perform(step);
    }
    delivery.flush();
    var _ = decoder.settle();
  }

  private void perform(Step step) {
    switch (step) {
      case Step.Say(Reply reply) -> reply(reply, new Reading.CommandLine());
      case Step.AskAuth(Reply reply) -> reply(reply, new Reading.AuthLine());
      case Step.ReadText(Reply reply, var text) -> reply(reply, new Reading.Text(text));
      case Step.ReadChunk chunk -> decoder.expect(new Reading.Chunk(chunk, chunk.size()));
      case Step.DropChunk(long size, Reply reply) ->
          decoder.expect(new Reading.Dropped(size, reply));
      case Step.StartTls _ -> throw new AssertionError("STARTTLS isn't offered");
      case Step.HangUp(Reply reply) -> reply(reply, new Reading.Over());
      case Step.Wait<?> wait -> perform(follow(wait));
    }
  }

  private void reply(Reply reply, Reading next) {
    replies.add(reply);
    decoder.expect(next);
  }

  private static <T> Step follow(Step.Wait<T> wait) {
    CompletableFuture<T> answer = wait.answer().toCompletableFuture();
    if (!answer.isDone()) {
      throw new AssertionError("the strict next hop has answered already");
    }
    return wait.then().apply(answer.join());
  }

  /** The device is gone. */
  void hangUp() {
    decoder.expect(new Reading.Over());
    decoder.deafen();
    session.closed();
    nextHop.close();
  }

  /** What the device was told. */
  List<Reply> replies() {
    return replies;
  }

  List<Event> events() {
    return events;
  }

  StrictNextHop nextHop() {
    return nextHop;
  }

  /** Fails unless what all connections share is as if there had never been this one. */
  void assertNothingIsHeld() {
    long octets = buffers.metric().usedHeapMemory() + buffers.metric().usedDirectMemory();
    assertEquals(0, octets, "octets of buffers were never released");
    assertEquals(0, headers.held(), "octets of headers");
    assertEquals(0, waiting.held(), "octets that wait");
    assertEquals(0, nextHop.onTheWay(), "messages on their way");
  }

  private static final class Nominated implements Access {
    @Override
    public CompletionStage<AuthAnswer> authenticate(String name, String password, IpAddress from) {
      return CompletableFuture.completedStage(
          password.equals("secret")
              ? new AuthAnswer.Accepted(
                  new Login(USER.username(), USER.accountId(), USER.passwordHash()))
              : AuthAnswer.Refused.NOBODY);
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
}
