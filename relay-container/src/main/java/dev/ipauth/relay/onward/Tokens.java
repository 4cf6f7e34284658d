package dev.ipauth.relay.onward;

import dev.ipauth.relay.oauth.AccessToken;
import dev.ipauth.relay.oauth.AccessTokens;
import dev.ipauth.relay.oauth.NoToken;
import dev.ipauth.relay.onward.Failure.Kind;
import dev.ipauth.relay.onward.Failure.Stage;
import dev.ipauth.relay.onward.LoginDialogue.TokenRefused;
import dev.ipauth.relay.smtp.Replies;
import io.netty.channel.EventLoop;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/**
 * Opens connections with the token that all of them share. One that is refused is fetched anew
 * once; when that is refused as well, the token isn't what is wrong.
 */
final class Tokens {
  private final AccessTokens tokens;
  private final String issuer;
  private final Steps steps;

  private Tokens(AccessTokens tokens, String issuer, Steps steps) {
    this.tokens = tokens;
    this.issuer = issuer;
    this.steps = steps;
  }

  static Tokens of(Login.Token login, Steps steps) {
    return new Tokens(AccessTokens.of(login.tokens()), login.tokens().url().getHost(), steps);
  }

  /**
   * Opens a connection.
   *
   * @param open with that token; called on the event loop
   * @return fails with {@link NextHopLost}
   */
  CompletionStage<NextHopConnection> with(
      Function<AccessToken, CompletionStage<NextHopConnection>> open, EventLoop eventLoop) {
    return once(open, eventLoop)
        .exceptionallyCompose(
            failure ->
                mayDoWithAnother(failure)
                    ? once(open, eventLoop)
                    : CompletableFuture.failedStage(failure));
  }

  private boolean mayDoWithAnother(Throwable failure) {
    return NextHopLost.of(Stage.AUTH, failure) instanceof TokenRefused refused
        && tokens.refused(refused.token());
  }

  private CompletionStage<NextHopConnection> once(
      Function<AccessToken, CompletionStage<NextHopConnection>> open, EventLoop eventLoop) {
    return tokens
        .token()
        .exceptionallyCompose(none -> CompletableFuture.failedStage(lost(none)))
        .thenComposeAsync(
            token ->
                opened(open, token)
                    .whenComplete(
                        (_, failure) -> {
                          if (failure == null) {
                            tokens.accepted(token);
                          }
                        }),
            eventLoop);
  }

  private CompletionStage<NextHopConnection> opened(
      Function<AccessToken, CompletionStage<NextHopConnection>> open, AccessToken token) {
    long minutes = Duration.between(Instant.now(), token.end()).toMinutes();
    steps.made("token", "from " + issuer + ", holds for " + minutes + " minutes");
    return open.apply(token);
  }

  private static NextHopLost lost(Throwable failure) {
    Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
    return cause instanceof NoToken none ? lost(none) : NextHopLost.of(Stage.AUTH, failure);
  }

  private static NextHopLost lost(NoToken none) {
    return switch (none.kind()) {
      case THROTTLED ->
          new NextHopLost(Stage.AUTH, Kind.REFUSED_FOR_NOW, none.why(), Replies.THROTTLED);
      case UNAVAILABLE -> new NextHopLost(Stage.AUTH, Kind.UNREACHABLE, none.why());
      case OPERATOR ->
          new NextHopLost(Stage.AUTH, Kind.OPERATOR, none.why(), Replies.MISCONFIGURED);
    };
  }

  void close() {
    tokens.close();
  }
}
