package dev.ipauth.relay.oauth;

import dev.ipauth.relay.http.HttpApi;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The token that all connections to the next hop share. It is fetched when somebody needs it, once
 * however many do, and kept until a minute before it ends. When none is to be had, the issuer isn't
 * asked again for a second, or for as long as it says.
 *
 * <p>Thread-safe; nothing here blocks.
 */
public final class AccessTokens implements AutoCloseable {
  private static final Duration AHEAD = Duration.ofMinutes(1);
  private static final Duration AFTER_FAILURE = Duration.ofSeconds(1);
  private static final Duration WHEN_THROTTLED = Duration.ofSeconds(10);

  /** How soon a token that took a refused one's place is worth replacing, when refused as well. */
  private static final Duration REFUSED_AGAIN = Duration.ofMinutes(1);

  private final Function<Instant, CompletionStage<AccessToken>> issuer;
  private final InstantSource clock;
  private final Runnable close;

  /** What is shared now; null before the first. */
  private @Nullable Fetch current;

  /**
   * One request for a token, and what came of it.
   *
   * @param inPlaceOfRefused whether the next hop had refused the token before
   * @param until when it is to be made anew; null while it is under way
   */
  private record Fetch(
      CompletableFuture<AccessToken> token,
      Instant began,
      boolean inPlaceOfRefused,
      @Nullable Instant until) {

    Fetch until(Instant end) {
      return new Fetch(token, began, inPlaceOfRefused, end);
    }

    Fetch wasAccepted() {
      return new Fetch(token, began, false, until);
    }

    boolean isOver(Instant now) {
      return until != null && !now.isBefore(until);
    }

    /** Null when there is none, or none yet. */
    @Nullable AccessToken got() {
      return token.isDone() && !token.isCompletedExceptionally() ? token.join() : null;
    }
  }

  AccessTokens(
      Function<Instant, CompletionStage<AccessToken>> issuer, InstantSource clock, Runnable close) {
    this.issuer = issuer;
    this.clock = clock;
    this.close = close;
  }

  /**
   * Fetches nothing yet.
   *
   * @throws IllegalArgumentException when the authorities to trust can't be read
   */
  public static AccessTokens of(OAuthSettings settings) {
    var http = new HttpApi(settings.url().getHost(), settings.authorities(), settings.connect());
    var issuer = new Issuer(settings.url(), settings.grant(), http, settings.patience());
    return new AccessTokens(issuer::ask, InstantSource.system(), http::close);
  }

  /** A token that can be used now; completes on any thread, or fails with {@link NoToken}. */
  public CompletionStage<AccessToken> token() {
    return shared(false).token().exceptionallyCompose(AccessTokens::failed);
  }

  /** The cause as it is, without what futures wrap around it. */
  private static CompletionStage<AccessToken> failed(Throwable failure) {
    return CompletableFuture.failedStage(
        failure instanceof CompletionException ? failure.getCause() : failure);
  }

  private Fetch shared(boolean inPlaceOfRefused) {
    Fetch fetch;
    Instant now = clock.instant();
    synchronized (this) {
      Fetch before = current;
      if (before != null && !before.isOver(now)) {
        return before;
      }
      fetch = new Fetch(new CompletableFuture<>(), now, inPlaceOfRefused, null);
      current = fetch;
    }
    issuer.apply(now).whenComplete((token, failure) -> came(fetch, token, failure));
    return fetch;
  }

  private void came(Fetch fetch, @Nullable AccessToken token, @Nullable Throwable failure) {
    synchronized (this) {
      Instant end = token == null ? again(failure) : usedUntil(fetch.began(), token);
      current = fetch.until(end);
    }
    if (token == null) {
      fetch.token().completeExceptionally(failure);
    } else {
      fetch.token().complete(token);
    }
  }

  /** One that holds for two minutes or less is used for the first half of that. */
  private static Instant usedUntil(Instant from, AccessToken token) {
    Duration life = Duration.between(from, token.end());
    Duration half = life.dividedBy(2);
    return from.plus(half.compareTo(AHEAD) < 0 ? half : life.minus(AHEAD));
  }

  private Instant again(@Nullable Throwable failure) {
    Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
    Duration wait = AFTER_FAILURE;
    if (cause instanceof NoToken none) {
      Duration said = none.retryAfter();
      Duration unsaid = none.kind() == NoToken.Kind.THROTTLED ? WHEN_THROTTLED : AFTER_FAILURE;
      wait = said == null ? unsaid : said;
    }
    return clock.instant().plus(wait);
  }

  /** The next hop took it. */
  public synchronized void accepted(AccessToken token) {
    Fetch fetch = current;
    if (fetch != null && fetch.inPlaceOfRefused() && token.equals(fetch.got())) {
      current = fetch.wasAccepted();
    }
  }

  /**
   * The next hop refused it.
   *
   * @return whether {@link #token} now has another one to try; not so when this one had itself just
   *     taken a refused one's place
   */
  public boolean refused(AccessToken token) {
    synchronized (this) {
      Fetch fetch = current;
      if (fetch == null || !token.equals(fetch.got())) {
        return true;
      }
      Instant now = clock.instant();
      if (fetch.inPlaceOfRefused() && now.isBefore(fetch.began().plus(REFUSED_AGAIN))) {
        return false;
      }
      current = fetch.until(now);
    }
    shared(true);
    return true;
  }

  @Override
  public void close() {
    close.run();
  }
}
