package dev.ipauth.relay.smtp;

import dev.ipauth.relay.smtp.Access.AuthAnswer;
import dev.ipauth.relay.smtp.Access.AuthenticatedBy;
import dev.ipauth.relay.smtp.Access.Identity;
import dev.ipauth.relay.smtp.Access.Login;
import dev.ipauth.relay.smtp.Event.Reason;
import dev.ipauth.relay.smtp.Event.What;
import dev.ipauth.relay.smtp.Step.AskAuth;
import dev.ipauth.relay.smtp.Step.Say;
import dev.ipauth.relay.smtp.Step.Wait;
import dev.ipauth.tables.SmtpUser;
import org.jspecify.annotations.Nullable;

/** AUTH on one connection (RFC 4954). */
final class Authentication {
  private final SessionState state;
  private final PortPolicy policy;
  private final Access access;
  private @Nullable AuthDialogue dialogue;

  Authentication(SessionState state, PortPolicy policy, Access access) {
    this.state = state;
    this.policy = policy;
    this.access = access;
  }

  Step begin(String mechanism, @Nullable String initialResponse) {
    if (state.login != null) {
      return state.fault(Replies.AUTH_TWICE);
    }
    if (state.transaction != null) {
      return state.fault(Replies.AUTH_DURING_MAIL);
    }
    if (!policy.allowAuth(state.peer)) {
      return state.refuse(What.AUTH, Reason.AUTH_WITHOUT_TLS, Replies.AUTH_NEEDS_TLS);
    }
    if (state.peer.helo() == null) {
      return state.fault(Replies.HELLO_FIRST);
    }
    dialogue = AuthDialogue.of(mechanism);
    return dialogue == null
        ? state.fault(Replies.AUTH_UNKNOWN_MECHANISM)
        : follow(dialogue.begin(initialResponse));
  }

  /** Takes the line that was asked for. */
  Step answer(String line) {
    if (dialogue == null) {
      throw new IllegalStateException("No AUTH is under way");
    }
    return follow(dialogue.answer(line));
  }

  /** Forgets what was said so far. */
  void reset() {
    dialogue = null;
  }

  private Step follow(AuthDialogue.Turn turn) {
    return switch (turn) {
      case AuthDialogue.Turn.Ask(Reply prompt) -> new AskAuth(prompt);
      case AuthDialogue.Turn.Failed(Reply reply) -> state.fault(reply);
      case AuthDialogue.Turn.Given(String username, String password) ->
          new Wait<>(access.authenticate(username, password, state.peer.ip()), this::decided);
    };
  }

  private Step decided(AuthAnswer answer) {
    return switch (answer) {
      case AuthAnswer.Accepted(Login accepted) -> {
        state.login = accepted;
        yield new Say(Replies.AUTHENTICATED);
      }
      case AuthAnswer.Refused refused ->
          state.refuse(
              What.AUTH,
              null,
              identity(refused),
              new Refusal(reason(refused), Replies.AUTH_REFUSED));
      case AuthAnswer.Unsure() ->
          state.refuse(What.AUTH, Reason.TABLES_UNREADABLE, Replies.AUTH_UNSURE);
      case AuthAnswer.ShutOut(Reply reply) -> state.refuse(What.AUTH, Reason.RATE, reply);
    };
  }

  private static @Nullable Identity identity(AuthAnswer.Refused refused) {
    SmtpUser named = refused.named();
    return named == null
        ? null
        : Identity.of(named, refused.passwordWasRight() ? AuthenticatedBy.PASSWORD : null);
  }

  /** For the operator and the user's account: the device hears the same words for all of them. */
  private static Reason reason(AuthAnswer.Refused refused) {
    SmtpUser named = refused.named();
    if (named == null || !refused.passwordWasRight()) {
      return Reason.AUTH_REFUSED;
    }
    return named.enabled() ? Reason.IP_RESTRICTED : Reason.USER_DISABLED;
  }
}
