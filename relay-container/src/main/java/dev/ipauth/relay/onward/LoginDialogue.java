package dev.ipauth.relay.onward;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.ipauth.relay.oauth.AccessToken;
import dev.ipauth.relay.oauth.Secrets;
import dev.ipauth.relay.onward.Failure.Kind;
import dev.ipauth.relay.onward.Failure.Stage;
import dev.ipauth.relay.smtp.Replies;
import dev.ipauth.relay.smtp.Reply;
import java.util.Base64;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** What is said to authenticate (RFC 4954), on a connection that has said EHLO. */
final class LoginDialogue {
  private static final int REFUSED = 535;

  private final NextHopConnection connection;
  private final boolean encrypted;
  private final Login login;
  private final @Nullable AccessToken token;
  private final Secrets secrets;

  /**
   * Says nothing yet.
   *
   * @param token there is one where the login is by token
   */
  LoginDialogue(
      NextHopConnection connection, boolean encrypted, Login login, @Nullable AccessToken token) {
    this.connection = connection;
    this.encrypted = encrypted;
    this.login = login;
    this.token = token;
    this.secrets =
        switch (login) {
          case Login.Password password -> Secrets.of(response(password), password.password());
          case Login.Token(String username, _) -> {
            AccessToken shown = Objects.requireNonNull(token);
            yield Secrets.of(response(username, shown), shown.value());
          }
        };
  }

  /** The next hop refuses the access token: another one may do. */
  static final class TokenRefused extends NextHopLost {
    private static final long serialVersionUID = 1;

    private final transient AccessToken token;

    TokenRefused(AccessToken token, Reply reply) {
      super(refusal(reply));
      this.token = token;
    }

    AccessToken token() {
      return token;
    }

    /** With one that was fetched just now it is the mailbox, or what the application may do. */
    private static Failure refusal(Reply reply) {
      String why = "the next hop refuses the access token: " + reply;
      return new Failure(Stage.AUTH, Kind.OPERATOR, why, Replies.MISCONFIGURED);
    }
  }

  /** Says it; fails with {@link NextHopLost}. */
  CompletionStage<Void> run() {
    return switch (login) {
      case Login.Password password -> password(password);
      case Login.Token(String username, _) -> token(username, Objects.requireNonNull(token));
    };
  }

  /** Says one line. What comes back may quote it, and is for logs and people. */
  private CompletionStage<Reply> say(String line) {
    return connection
        .say(Stage.AUTH, line)
        .thenApply(
            reply ->
                new Reply(reply.code(), reply.lines().stream().map(secrets::leftOutOf).toList()));
  }

  private boolean offers(String keyword) {
    return connection.keywords().contains(keyword);
  }

  // --- Passwords ---------------------------------------------------------------------------------

  private CompletionStage<Void> password(Login.Password password) {
    if (!encrypted && !connection.isToThisMachine()) {
      throw new NextHopLost(
          Stage.AUTH,
          Kind.OPERATOR,
          "no password is shown in the clear: NEXT_HOP must be smtp+starttls:// or smtps://");
    }
    if (offers("AUTH PLAIN")) {
      return plain(password).thenCompose(reply -> unlessUnknown(reply, password));
    }
    if (offers("AUTH LOGIN")) {
      return login(password);
    }
    throw new NextHopLost(
        Stage.AUTH, Kind.OPERATOR, "the next hop offers neither AUTH PLAIN nor AUTH LOGIN");
  }

  private CompletionStage<Reply> plain(Login.Password password) {
    return say("AUTH PLAIN " + base64(response(password)));
  }

  private static String response(Login.Password password) {
    return "\0" + password.username() + "\0" + password.password();
  }

  /** Some servers offer PLAIN and don't know it: 504 (RFC 4954 section 4). */
  private CompletionStage<Void> unlessUnknown(Reply reply, Login.Password password) {
    if (reply.code() == 504 && offers("AUTH LOGIN")) {
      return login(password);
    }
    Handshake.expect(Stage.AUTH, reply, 235);
    return CompletableFuture.completedStage(null);
  }

  private CompletionStage<Void> login(Login.Password password) {
    return say("AUTH LOGIN")
        .thenCompose(reply -> answer(reply, password.username()))
        .thenCompose(reply -> answer(reply, password.password()))
        .thenAccept(reply -> Handshake.expect(Stage.AUTH, reply, 235));
  }

  private CompletionStage<Reply> answer(Reply prompt, String response) {
    Handshake.expect(Stage.AUTH, prompt, 334);
    return say(base64(response));
  }

  // --- Tokens ------------------------------------------------------------------------------------

  /**
   * XOAUTH2, as Google and Microsoft describe it. The token isn't sent along with AUTH: there it
   * would make a line longer than some servers read.
   */
  private CompletionStage<Void> token(String username, AccessToken token) {
    if (!encrypted) {
      throw new NextHopLost(
          Stage.AUTH,
          Kind.OPERATOR,
          "no access token is shown in the clear",
          Replies.MISCONFIGURED);
    }
    if (!offers("AUTH XOAUTH2")) {
      throw new NextHopLost(
          Stage.AUTH,
          Kind.OPERATOR,
          "the next hop doesn't offer AUTH XOAUTH2",
          Replies.MISCONFIGURED);
    }
    return say("AUTH XOAUTH2")
        .thenCompose(prompt -> answer(prompt, response(username, token)))
        .thenCompose(this::hearOut)
        .thenAccept(reply -> accepted(token, reply));
  }

  private static String response(String username, AccessToken token) {
    return "user=" + username + "\1auth=Bearer " + token.value() + "\1\1";
  }

  /** Google says what is wrong in a second 334, and 535 after an empty line. */
  private CompletionStage<Reply> hearOut(Reply reply) {
    return reply.code() == 334 ? say("") : CompletableFuture.completedStage(reply);
  }

  private static void accepted(AccessToken token, Reply reply) {
    if (reply.code() == REFUSED) {
      throw new TokenRefused(token, reply);
    }
    Handshake.expect(Stage.AUTH, reply, 235);
  }

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(UTF_8));
  }
}
