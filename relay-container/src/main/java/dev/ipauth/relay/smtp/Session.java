package dev.ipauth.relay.smtp;

import dev.ipauth.relay.smtp.Access.AuthAnswer;
import dev.ipauth.relay.smtp.Access.Login;
import dev.ipauth.relay.smtp.Access.Permission;
import dev.ipauth.relay.smtp.Event.Reason;
import dev.ipauth.relay.smtp.LineRepair.Framing;
import dev.ipauth.relay.smtp.NextHop.Extension;
import dev.ipauth.relay.smtp.Step.AskAuth;
import dev.ipauth.relay.smtp.Step.DropChunk;
import dev.ipauth.relay.smtp.Step.HangUp;
import dev.ipauth.relay.smtp.Step.ReadChunk;
import dev.ipauth.relay.smtp.Step.ReadText;
import dev.ipauth.relay.smtp.Step.Say;
import dev.ipauth.relay.smtp.Step.StartTls;
import dev.ipauth.relay.smtp.Step.Wait;
import dev.ipauth.tables.IpAddress;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One connection's conversation (RFC 5321): what is known of the device, the transaction under way,
 * and the step that follows each command.
 *
 * <p>Two rules hold whatever is said. Who may send is decided anew at every {@code MAIL}, and a
 * trusted address relaxes no rule of the protocol. And every way out of a transaction, good or bad,
 * goes through {@link #endTransaction}.
 *
 * <p>Not thread-safe: one thread drives it, and runs what a {@link Wait} leads to.
 */
public final class Session {
  private final PortPolicy policy;
  private final SessionContext context;
  private final NextHop nextHop;
  private Peer peer;
  private @Nullable Login login;
  private @Nullable AuthDialogue dialogue;
  private @Nullable Transaction transaction;
  private int errors;

  /** A conversation that begins in the clear, with {@link #greeting}. */
  public Session(PortPolicy policy, SessionContext context, NextHop nextHop, IpAddress client) {
    this.policy = policy;
    this.context = context;
    this.nextHop = nextHop;
    this.peer = Peer.connected(client, null);
  }

  public Reply greeting() {
    return Replies.greeting(policy.hostname());
  }

  /** Takes the command that was read. */
  public Step on(Command command) {
    if (errors >= policy.maxErrors()) {
      return hangUp(Reason.TOO_MANY_ERRORS, Replies.TOO_MANY_ERRORS);
    }
    return switch (command) {
      case Command.Hello(boolean extended, String name) -> hello(extended, name);
      case Command.Mail(MailFrom from) -> mail(from);
      case Command.Rcpt(RcptTo to) -> rcpt(to);
      case Command.Data() -> data();
      case Command.Bdat(long size, boolean last) -> bdat(size, last);
      case Command.Auth(String mechanism, String initial) -> auth(mechanism, initial);
      case Command.StartTls() -> startTls();
      case Command.Rset() -> rset();
      case Command.Noop() -> new Say(Replies.OK);
      case Command.Vrfy() -> new Say(Replies.CANNOT_VERIFY);
      case Command.Expn() -> fault(Replies.NOT_IMPLEMENTED);
      case Command.Help() -> new Say(Replies.HELP);
      case Command.Quit() -> new HangUp(Replies.BYE);
      case Command.Malformed(Reply reply) -> fault(reply);
      case Command.Overlong() -> fault(Replies.LINE_TOO_LONG);
      case Command.Unreadable(Reply reply) -> hangUp(Reason.PROTOCOL, reply);
      case Command.Foreign(String protocol) ->
          hangUp(Reason.FOREIGN_PROTOCOL, Replies.notThisProtocol(protocol));
    };
  }

  /** Whether a message is under way, so that ending the connection now would cost it. */
  public boolean isInTransaction() {
    return transaction != null;
  }

  /** Ends the connection between commands, for a reason that is the relay's. */
  public Step end(Reply reply) {
    endTransaction();
    return new HangUp(reply);
  }

  /** Ends the connection because the device took too long. */
  public Step timedOut(Reason reason) {
    Reply reply = Replies.tookTooLong(reason);
    recordRefusal(null, reason, reply);
    return end(reply);
  }

  /** The connection is gone; nobody can be told what became of a message that it cut short. */
  public void closed() {
    if (transaction != null && transaction.textBegun) {
      recordRefusal(null, Reason.CONNECTION_LOST, Replies.CONNECTION_LOST);
    }
    endTransaction();
  }

  // --- Greeting, TLS -----------------------------------------------------------------------------

  private Step hello(boolean extended, String name) {
    endTransaction();
    peer = peer.calledItself(name, extended);
    return new Say(
        extended ? policy.hello(peer, nextHop.extensions()) : Reply.of(250, policy.hostname()));
  }

  private Step startTls() {
    if (peer.tls() != null) {
      return fault(Replies.TLS_ALREADY);
    }
    return policy.startTls() ? new StartTls(Replies.READY_FOR_TLS) : fault(Replies.TLS_NOT_HERE);
  }

  /** TLS has begun: nothing said before it counts (RFC 3207 section 4.2). */
  public void onTls(String version) {
    endTransaction();
    login = null;
    peer = Peer.connected(peer.ip(), version);
  }

  // --- AUTH (RFC 4954) ---------------------------------------------------------------------------

  private Step auth(String mechanism, @Nullable String initialResponse) {
    if (login != null) {
      return fault(Replies.AUTH_TWICE);
    }
    if (transaction != null) {
      return fault(Replies.AUTH_DURING_MAIL);
    }
    if (!policy.allowAuth(peer)) {
      return refuse(Reason.AUTH_WITHOUT_TLS, Replies.AUTH_NEEDS_TLS);
    }
    if (peer.helo() == null) {
      return fault(Replies.HELLO_FIRST);
    }
    dialogue = AuthDialogue.of(mechanism);
    return dialogue == null
        ? fault(Replies.AUTH_UNKNOWN_MECHANISM)
        : follow(dialogue.begin(initialResponse));
  }

  /** Takes the line that was asked for by {@link AskAuth}. */
  public Step onAuthLine(String line) {
    if (dialogue == null) {
      throw new IllegalStateException("No AUTH is under way");
    }
    return follow(dialogue.answer(line));
  }

  private Step follow(AuthDialogue.Turn turn) {
    return switch (turn) {
      case AuthDialogue.Turn.Ask(Reply prompt) -> new AskAuth(prompt);
      case AuthDialogue.Turn.Failed(Reply reply) -> fault(reply);
      case AuthDialogue.Turn.Given(String username, String password) ->
          new Wait<>(
              context.access().authenticate(username, password, peer.ip()), this::authenticated);
    };
  }

  private Step authenticated(AuthAnswer answer) {
    return switch (answer) {
      case AuthAnswer.Accepted(Login accepted) -> {
        login = accepted;
        yield new Say(Replies.AUTHENTICATED);
      }
      case AuthAnswer.Refused() -> refuse(Reason.AUTH_REFUSED, Replies.AUTH_REFUSED);
      case AuthAnswer.Unsure() -> refuse(Reason.TABLES_UNREADABLE, Replies.AUTH_UNSURE);
      case AuthAnswer.ShutOut(Reply reply) -> refuse(Reason.RATE, reply);
    };
  }

  // --- The envelope ------------------------------------------------------------------------------

  private Step mail(MailFrom from) {
    if (peer.helo() == null) {
      return fault(Replies.HELLO_FIRST);
    }
    if (transaction != null) {
      return fault(Replies.MAIL_TWICE);
    }
    if (!offers(Extension.DSN, from.ret() != null || from.envid() != null)
        || !offers(Extension.SMTPUTF8, from.utf8())) {
      return fault(Replies.unknownParameter());
    }
    if (!from.utf8() && !isAscii(from.address())) {
      return fault(notAscii());
    }
    return new Wait<>(
        context.access().permission(peer.ip(), login), permission -> permitted(from, permission));
  }

  private Step permitted(MailFrom from, Permission permission) {
    return switch (permission) {
      case Permission.Granted granted -> granted(from, granted);
      case Permission.Disabled() -> refuse(from, Reason.USER_DISABLED, Replies.USER_DISABLED);
      case Permission.Nobody() -> refuse(from, Reason.NOT_NOMINATED, Replies.nobody(peer.ip()));
      case Permission.Unsure() -> refuse(from, Reason.TABLES_UNREADABLE, Replies.ACCESS_UNSURE);
      case Permission.OverRate(Reply reply) -> refuse(from, Reason.RATE, reply);
    };
  }

  private Step granted(MailFrom from, Permission.Granted granted) {
    if (from.size() > policy.maxMessageBytes()) {
      return refuse(from, Reason.TOO_LARGE, Replies.TOO_LARGE);
    }
    if (!granted.user().maySendAs(from.address())) {
      return refuse(from, Reason.SENDER_NOT_ALLOWED, Replies.SENDER_NOT_ALLOWED);
    }
    transaction = new Transaction(context.ids().get(), from, granted, context.clock().instant());
    nextHop.begin(from);
    return new Say(Replies.SENDER_OK);
  }

  private Step rcpt(RcptTo to) {
    Transaction current = transaction;
    if (current == null) {
      return fault(peer.helo() == null ? Replies.HELLO_FIRST : Replies.MAIL_FIRST);
    }
    if (current.chunks != null) {
      return fault(Replies.BDAT_UNDER_WAY);
    }
    if (!offers(Extension.DSN, to.notifyOn() != null || to.orcpt() != null)) {
      return fault(Replies.unknownParameter());
    }
    if (!current.from.utf8() && !(isAscii(to.address()) && isAscii(to.orcpt()))) {
      return fault(notAscii());
    }
    if (current.recipients.size() >= policy.maxRecipients()) {
      return refuse(Reason.TOO_MANY_RECIPIENTS, Replies.TOO_MANY_RECIPIENTS);
    }
    current.offered = true;
    return new Wait<>(nextHop.recipient(to), reply -> offered(current, to, reply));
  }

  private Step offered(Transaction current, RcptTo to, Reply reply) {
    if (!reply.isPositive()) {
      return passOn(reply);
    }
    current.recipients.add(to.address());
    return new Say(reply);
  }

  private boolean offers(Extension extension, boolean needed) {
    return !needed || nextHop.extensions().contains(extension);
  }

  private Reply notAscii() {
    return offers(Extension.SMTPUTF8, true) ? Replies.NEEDS_UTF8 : Replies.NO_UTF8_BEHIND;
  }

  private static boolean isAscii(@Nullable String text) {
    return text == null || Ascii.is(text);
  }

  // --- The message -------------------------------------------------------------------------------

  private Step data() {
    Transaction current = transaction;
    if (current == null || current.recipients.isEmpty() || current.chunks != null) {
      return fault(whyNoText(current));
    }
    return new Wait<>(
        nextHop.data(),
        reply ->
            reply.code() == 354
                ? new ReadText(Replies.SEND_TEXT, text(current, Framing.DOT))
                : textRefused(reply));
  }

  private Reply whyNoText(@Nullable Transaction current) {
    if (current == null) {
      return peer.helo() == null ? Replies.HELLO_FIRST : Replies.MAIL_FIRST;
    }
    if (current.chunks != null) {
      return Replies.BDAT_UNDER_WAY;
    }
    return current.offered ? Replies.NO_RECIPIENTS : Replies.RCPT_FIRST;
  }

  private Step textRefused(Reply reply) {
    Step answer = passOn(reply);
    endTransaction();
    return answer;
  }

  private MessageText text(Transaction current, Framing framing) {
    current.textBegun = true;
    var rules = new HeaderRules(current.permission.user(), trace(current));
    return new MessageText(framing, rules, policy.maxMessageBytes(), policy.maxHeaderBytes());
  }

  private Trace trace(Transaction current) {
    return new Trace(policy.hostname(), peer, login != null, current, context.clock().instant());
  }

  /** The text asked for by {@link ReadText} was read to its end. */
  public Step onTextEnd(MessageText text) {
    Refusal refusal = text.refusal();
    return refusal == null
        ? new Wait<>(nextHop.finish(), reply -> ended(text, reply, Reason.NEXT_HOP))
        : ended(text, refusal.reply(), refusal.reason());
  }

  /** RFC 3030: the chunk's octets follow, whatever becomes of them. */
  private Step bdat(long size, boolean last) {
    Transaction current = transaction;
    if (current != null && current.chunks != null) {
      return new ReadChunk(size, last, current.chunks);
    }
    if (current == null || current.recipients.isEmpty()) {
      errors++;
      return new DropChunk(size, whyNoText(current));
    }
    return new Wait<>(
        nextHop.data(),
        reply -> {
          if (reply.code() == 354) {
            current.chunks = text(current, Framing.COUNTED);
            return new ReadChunk(size, last, current.chunks);
          }
          recordRefusal(null, Reason.NEXT_HOP, reply);
          endTransaction();
          return new DropChunk(size, reply);
        });
  }

  /** The chunk asked for by {@link ReadChunk} was read, and if it was the last, the text ended. */
  public Step onChunkEnd(ReadChunk chunk) {
    boolean more = !chunk.last() && chunk.text().refusal() == null;
    return more ? new Say(Replies.chunkTaken(chunk.size())) : onTextEnd(chunk.text());
  }

  /** What isn't taken leaves two lines: the transaction's, and why it was refused. */
  private Step ended(MessageText text, Reply reply, Reason whenRefused) {
    Transaction current = transaction;
    if (current != null) {
      Instant now = context.clock().instant();
      context.journal().record(Event.message(peer, current, text.size(), reply, now));
    }
    if (!reply.isPositive()) {
      recordRefusal(null, whenRefused, reply);
    }
    endTransaction();
    return new Say(reply);
  }

  private Step rset() {
    endTransaction();
    return new Say(Replies.OK);
  }

  private void endTransaction() {
    transaction = null;
    dialogue = null;
    nextHop.abandon();
  }

  // --- What isn't done ---------------------------------------------------------------------------

  /** The device's own fault. */
  private Step fault(Reply reply) {
    errors++;
    return new Say(reply);
  }

  /** What the relay's rules don't allow. */
  private Step refuse(Reason reason, Reply reply) {
    return refuse(null, reason, reply);
  }

  private Step refuse(@Nullable MailFrom asked, Reason reason, Reply reply) {
    errors += reply.isTransient() ? 0 : 1;
    recordRefusal(asked, reason, reply);
    return new Say(reply);
  }

  /** What the next hop refuses: no fault of the device's. */
  private Step passOn(Reply reply) {
    recordRefusal(null, Reason.NEXT_HOP, reply);
    return new Say(reply);
  }

  private Step hangUp(Reason reason, Reply reply) {
    recordRefusal(null, reason, reply);
    return new HangUp(reply);
  }

  private void recordRefusal(@Nullable MailFrom asked, Reason reason, Reply reply) {
    context.journal().record(Event.refused(peer, transaction, asked, reason, reply));
  }
}
