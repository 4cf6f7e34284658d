package dev.ipauth.relay.smtp;

import dev.ipauth.relay.message.Fault;
import dev.ipauth.relay.message.Framing;
import dev.ipauth.relay.message.MessageText;
import dev.ipauth.relay.message.Trace;
import dev.ipauth.relay.smtp.Access.AuthenticatedBy;
import dev.ipauth.relay.smtp.Access.Permission;
import dev.ipauth.relay.smtp.Event.Reason;
import dev.ipauth.relay.smtp.Event.What;
import dev.ipauth.relay.smtp.Step.DropChunk;
import dev.ipauth.relay.smtp.Step.HangUp;
import dev.ipauth.relay.smtp.Step.ReadChunk;
import dev.ipauth.relay.smtp.Step.ReadText;
import dev.ipauth.relay.smtp.Step.Say;
import dev.ipauth.relay.smtp.Step.StartTls;
import dev.ipauth.relay.smtp.Step.Wait;
import dev.ipauth.tables.IpAddress;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One connection's conversation (RFC 5321): what is known of the device, the transaction under way,
 * and the step that follows each command.
 *
 * <p>Two rules hold whatever is said. Who may send is decided anew at every {@code MAIL} and once
 * more before the text, and a trusted address relaxes no rule of the protocol. And every way out of
 * a transaction, good or bad, goes through {@link #endTransaction}.
 *
 * <p>Not thread-safe: one thread drives it, and runs what a {@link Wait} leads to.
 */
public final class Session {
  private final PortPolicy policy;
  private final SessionContext context;
  private final NextHop nextHop;
  private final EnvelopeRules rules;
  private final SessionState state;
  private final Authentication authentication;

  /** The step behind the final dot, while the next hop's word on the message is awaited. */
  private @Nullable CompletionStage<Step> lastWord;

  /** A conversation that begins in the clear, with {@link #greeting}. */
  public Session(PortPolicy policy, SessionContext context, NextHop nextHop, IpAddress client) {
    this.policy = policy;
    this.context = context;
    this.nextHop = nextHop;
    this.rules = new EnvelopeRules(nextHop);
    this.state = new SessionState(context.journal(), client);
    this.authentication = new Authentication(state, policy, context.access());
  }

  public Reply greeting() {
    return Replies.greeting(policy.hostname());
  }

  /** Takes the command that was read. */
  public Step on(Command command) {
    if (state.errors() >= policy.maxErrors()) {
      return giveUp(state.hangUp(Reason.TOO_MANY_ERRORS, Replies.TOO_MANY_ERRORS));
    }
    return switch (command) {
      case Command.Hello(boolean extended, String name) -> hello(extended, name);
      case Command.Mail(MailFrom from) -> mail(from);
      case Command.Rcpt(RcptTo to) -> rcpt(to);
      case Command.Data() -> data();
      case Command.Bdat(long size, boolean last) -> bdat(size, last);
      case Command.Auth(String mechanism, String initial) ->
          authentication.begin(mechanism, initial);
      case Command.StartTls() -> startTls();
      case Command.Rset() -> giveUp(new Say(Replies.OK));
      case Command.Noop() -> new Say(Replies.OK);
      case Command.Vrfy() -> new Say(Replies.CANNOT_VERIFY);
      case Command.Expn() -> state.fault(Replies.NOT_IMPLEMENTED);
      case Command.Help() -> new Say(Replies.HELP);
      case Command.Quit() -> giveUp(new HangUp(Replies.BYE));
      case Command.Malformed(What what, Reply reply) -> state.malformed(what, reply);
      case Command.Overlong() -> state.fault(Replies.LINE_TOO_LONG);
      case Command.Unreadable(Reply reply) -> giveUp(state.hangUp(Reason.PROTOCOL, reply));
      case Command.Foreign(String protocol) ->
          giveUp(state.hangUp(Reason.FOREIGN_PROTOCOL, Replies.notThisProtocol(protocol)));
    };
  }

  /** Whether a message is under way, so that ending the connection now would cost it. */
  public boolean isInTransaction() {
    return state.transaction != null;
  }

  /** Ends the connection between commands, for a reason that is the relay's. */
  public Step end(Reply reply) {
    return giveUp(new HangUp(reply));
  }

  /** Ends the connection because the device took too long, or sent too much ahead. */
  public Step timedOut(Reason reason) {
    return giveUp(state.hangUp(reason, Replies.tookTooLong(reason)));
  }

  /**
   * TLS couldn't be begun, and the connection ends.
   *
   * @param why for the operator: the device can't be told
   */
  public void tlsFailed(Reply why) {
    state.refuse(What.CONNECTION, Reason.TLS, why);
    endTransaction();
  }

  /**
   * The device is gone. A message that it cut short is abandoned; one whose final dot went over is
   * not: what the next hop says of it is awaited and recorded as if the device were there.
   *
   * @return completes when nothing is left to be recorded
   */
  public CompletionStage<?> closed() {
    CompletionStage<Step> pending = lastWord;
    if (pending != null && !pending.toCompletableFuture().isDone()) {
      return pending;
    }
    if (state.transaction != null && state.transaction.text != null) {
      state.refuse(What.TRANSACTION, Reason.CONNECTION_LOST, Replies.CONNECTION_LOST);
    }
    endTransaction();
    return CompletableFuture.completedStage(null);
  }

  // --- Greeting, TLS -----------------------------------------------------------------------------

  private Step hello(boolean extended, String name) {
    endTransaction();
    state.peer = state.peer.calledItself(name, extended);
    return new Say(
        extended ? policy.hello(state.peer, rules.offered()) : Reply.of(250, policy.hostname()));
  }

  private Step startTls() {
    if (state.peer.tls() != null) {
      return state.fault(Replies.TLS_ALREADY);
    }
    return policy.startTls()
        ? new StartTls(Replies.READY_FOR_TLS)
        : state.fault(Replies.TLS_NOT_HERE);
  }

  /** TLS has begun: nothing said before it counts (RFC 3207 section 4.2). */
  public void onTls(String version) {
    endTransaction();
    state.login = null;
    state.peer =
        state.peer.helo() == null
            ? Peer.connected(state.peer.ip(), version)
            : Peer.afterStartTls(state.peer.ip(), version);
  }

  /** Takes the line that was asked for by {@link Step.AskAuth}. */
  public Step onAuthLine(String line) {
    return authentication.answer(line);
  }

  // --- The envelope ------------------------------------------------------------------------------

  private Step mail(MailFrom from) {
    if (state.peer.helo() == null) {
      return state.fault(Replies.HELLO_FIRST);
    }
    if (state.transaction != null) {
      return state.fault(Replies.MAIL_TWICE);
    }
    return new Wait<>(
        context.access().permission(state.peer.ip(), state.login),
        permission -> permitted(from, permission));
  }

  private Step permitted(MailFrom from, Permission permission) {
    Refusal refusal = Refusal.of(permission, from, state.peer.ip());
    if (refusal == null && from.size() > policy.maxMessageBytes()) {
      refusal = new Refusal(Reason.TOO_LARGE, Replies.TOO_LARGE);
    }
    if (refusal == null) {
      refusal = rules.objection(from);
    }
    if (refusal != null) {
      return state.refuse(What.MAIL, from, permission.identity(), refusal);
    }
    var granted = (Permission.Granted) permission;
    return begin(new Transaction(context.ids().get(), from, granted, context.headers()));
  }

  private Step begin(Transaction begun) {
    Refusal refusal = begun.objectionToSender();
    if (refusal != null) {
      return state.refuse(What.MAIL, begun.from, begun.identity(), refusal);
    }
    state.transaction = begun;
    return new Wait<>(
        nextHop.begin(begun.submission()),
        reply -> reply.isPositive() ? new Say(reply) : textRefused(reply));
  }

  private Step rcpt(RcptTo to) {
    Transaction current = state.transaction;
    if (current == null) {
      return state.fault(state.peer.helo() == null ? Replies.HELLO_FIRST : Replies.MAIL_FIRST);
    }
    if (current.chunks != null) {
      return state.fault(Replies.BDAT_UNDER_WAY);
    }
    Refusal objection = rules.objection(to, current.from);
    if (objection != null) {
      return state.refuseRecipient(to.address(), objection);
    }
    Refusal refusal = current.objectionTo(to, policy.maxRecipients());
    if (refusal != null) {
      return state.refuseRecipient(to.address(), refusal);
    }
    return new Wait<>(nextHop.recipient(to), reply -> offered(current, to, reply));
  }

  private Step offered(Transaction current, RcptTo to, Reply reply) {
    if (!reply.isPositive()) {
      current.doWithout(to);
      return state.refuseRecipient(to.address(), new Refusal(Reason.NEXT_HOP, reply));
    }
    current.recipients.add(to.address());
    return new Say(reply);
  }

  // --- The message -------------------------------------------------------------------------------

  private Step data() {
    Transaction current = state.transaction;
    if (current == null || current.recipients.isEmpty() || current.chunks != null) {
      return state.fault(whyNoText(current));
    }
    return ifStillPermitted(
        current,
        Say::new,
        () ->
            new Wait<>(
                nextHop.data(),
                reply ->
                    reply.code() == 354
                        ? new ReadText(Replies.SEND_TEXT, text(current, Framing.DOT))
                        : textRefused(reply)));
  }

  /**
   * What allowed the message at MAIL may be gone by now, and the address another's: this is the
   * last moment to ask.
   *
   * @param otherwise what follows from the reply that refuses the message, which has ended by then
   */
  private Step ifStillPermitted(
      Transaction current, Function<Reply, Step> otherwise, Supplier<Step> then) {
    return new Wait<>(
        context.access().permissionStill(state.peer.ip(), state.login),
        permission -> {
          Refusal refusal = refusalNow(current, permission);
          if (refusal == null) {
            return then.get();
          }
          state.refuse(What.TRANSACTION, null, permission.identity(), refusal);
          endTransaction();
          return otherwise.apply(refusal.reply());
        });
  }

  private @Nullable Refusal refusalNow(Transaction current, Permission permission) {
    Refusal refusal = Refusal.of(permission, current.from, state.peer.ip());
    if (refusal == null && permission instanceof Permission.Granted granted) {
      if (!current.isOf(granted.user())) {
        return new Refusal(Reason.SENDER_CHANGED, Replies.SENDER_CHANGED);
      }
      current.permission = granted;
    }
    return refusal;
  }

  private Reply whyNoText(@Nullable Transaction current) {
    if (current == null) {
      return state.peer.helo() == null ? Replies.HELLO_FIRST : Replies.MAIL_FIRST;
    }
    if (current.chunks != null) {
      return Replies.BDAT_UNDER_WAY;
    }
    return current.refusal == null ? Replies.RCPT_FIRST : Replies.NO_RECIPIENTS;
  }

  private Step textRefused(Reply reply) {
    Step answer = state.passOn(reply);
    endTransaction();
    return answer;
  }

  private MessageText text(Transaction current, Framing framing) {
    var text =
        MessageText.of(
            framing,
            current.permission.user(),
            trace(current),
            policy.textLimits(),
            context.headers());
    current.text = text;
    return text;
  }

  private Trace trace(Transaction current) {
    boolean byPassword = current.permission.by() == AuthenticatedBy.PASSWORD;
    return new Trace(
        policy.hostname(),
        state.peer.ip(),
        state.peer.heloOrNothing(),
        state.peer.protocol(current.from.utf8(), byPassword),
        state.peer.tls(),
        current.id,
        context.clock().instant());
  }

  /** The text asked for by {@link ReadText} was read to its end. */
  public Step onTextEnd(MessageText text) {
    Fault fault = text.fault();
    if (fault != null) {
      return ended(text, Refusal.of(fault));
    }
    // Recorded when it comes, and not when the device is told: it may be gone by then.
    CompletionStage<Step> ended =
        nextHop.finish().thenApply(reply -> ended(text, Refusal.ofHandingOn(reply)));
    lastWord = state.transaction == null ? null : ended;
    return new Wait<>(ended, step -> step);
  }

  /** RFC 3030: the chunk's octets follow, whatever becomes of them. */
  private Step bdat(long size, boolean last) {
    Transaction current = state.transaction;
    if (current != null && current.chunks != null) {
      return new ReadChunk(size, last, current.chunks);
    }
    if (current == null || current.recipients.isEmpty()) {
      state.countError();
      return new DropChunk(size, whyNoText(current));
    }
    return ifStillPermitted(
        current,
        reply -> new DropChunk(size, reply),
        () -> new Wait<>(nextHop.data(), reply -> firstChunk(current, size, last, reply)));
  }

  private Step firstChunk(Transaction current, long size, boolean last, Reply reply) {
    if (reply.code() != 354) {
      state.passOn(reply);
      endTransaction();
      return new DropChunk(size, reply);
    }
    current.chunks = text(current, Framing.COUNTED);
    return new ReadChunk(size, last, current.chunks);
  }

  /** The chunk asked for by {@link ReadChunk} was read, and if it was the last, the text ended. */
  public Step onChunkEnd(ReadChunk chunk) {
    boolean more = !chunk.last() && chunk.text().fault() == null;
    return more ? new Say(Replies.chunkTaken(chunk.size())) : onTextEnd(chunk.text());
  }

  /** What isn't taken leaves two lines: the transaction's, and why it was refused. */
  private Step ended(MessageText text, Refusal word) {
    Transaction current = state.transaction;
    Reply reply = word.reply();
    if (current != null) {
      state.record(Event.message(state.peer, current, text.size(), word));
    }
    if (!reply.isPositive()) {
      state.refuse(What.MESSAGE, null, null, word);
    }
    endTransaction();
    return new Say(reply);
  }

  private Step giveUp(Step step) {
    endTransaction();
    return step;
  }

  private void endTransaction() {
    state.endTransaction();
    authentication.reset();
    lastWord = null;
    nextHop.abandon();
  }
}
