package dev.ipauth.relay.oauth;

import dev.ipauth.relay.http.HttpApi;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.LongSupplier;
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
  private final LongSupplier nanoTime;
  private final Runnable close;

  /** What is shared now; null before the first. */
  private @Nullable Fetch current;

  /**
   * One request for a token, and what came of it.
   *
   * @param asked the time of day when the issuer was asked
   * @param began that moment by the monotonic clock: the other may be set back and forth
   * @param inPlaceOfRefused whether the next hop had refused the token before
   * @param lasts how long from then until it is to be made anew; null while it is under way
   */
  private record Fetch(
      CompletableFuture<AccessToken> token,
      Instant asked,
      long began,
      boolean inPlaceOfRefused,
      @Nullable Duration lasts) {

    Fetch lasting(Duration time) {
      return new Fetch(token, asked, began, inPlaceOfRefused, time);
    }

    Fetch wasAccepted() {
      return new Fetch(token, asked, began, false, lasts);
    }

    Duration age(long now) {
      return Duration.ofNanos(now - began);
    }

    boolean isOver(long now) {
      return lasts != null && age(now).compareTo(lasts) >= 0;
    }

    /** Null when there is none, or none yet. */
    @Nullable AccessToken got() {
      return token.isDone() && !token.isCompletedExceptionally() ? token.join() : null;
    }
  }

  AccessTokens(
      Function<Instant, CompletionStage<AccessToken>> issuer,
      InstantSource clock,
      LongSupplier nanoTime,
      Runnable close) {
    this.issuer = issuer;
    this.clock = clock;
    this.nanoTime = nanoTime;
    this.close = close;
  }

  /**
   * Fetches nothing yet.
   *
   * @throws IllegalArgumentException when the authorities to trust can't be read
   */
  public static AccessTokens of(OAuthSettings settings) {
    var http = new HttpApi(settings.url().getHost(), settings.authorities(), settings.connect());
    var issuer = new Issuer(settings.url(), settings.grant(), http, settings.timeout());
    return new AccessTokens(issuer::ask, InstantSource.system(), System::nanoTime, http::close);
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
    synchronized (this) {
      long now = nanoTime.getAsLong();
      Fetch before = current;
      if (before != null && !before.isOver(now)) {
        return before;
      }
      fetch = new Fetch(new CompletableFuture<>(), clock.instant(), now, inPlaceOfRefused, null);
      current = fetch;
    }
    issuer.apply(fetch.asked()).whenComplete((token, failure) -> came(fetch, token, failure));
    return fetch;
  }

  private void came(Fetch fetch, @Nullable AccessToken token, @Nullable Throwable failure) {
    synchronized (this) {
      current =
          fetch.lasting(
              token == null
                  ? fetch.age(nanoTime.getAsLong()).plus(pause(failure))
                  : used(Duration.between(fetch.asked(), token.end())));
    }
    if (token == null) {
      fetch.token().completeExceptionally(failure);
    } else {
      fetch.token().complete(token);
    }
  }

  /** One that holds for two minutes or less is used for the first half of that. */
  private static Duration used(Duration life) {
    Duration half = life.dividedBy(2);
    return half.compareTo(AHEAD) < 0 ? half : life.minus(AHEAD);
  }

  private static Duration pause(@Nullable Throwable failure) {
    Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
    if (!(cause instanceof NoToken none)) {
      return AFTER_FAILURE;
    }
    Duration said = none.retryAfter();
    Duration unsaid = none.kind() == NoToken.Kind.THROTTLED ? WHEN_THROTTLED : AFTER_FAILURE;
    return said == null ? unsaid : said;
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
      Duration age = fetch.age(nanoTime.getAsLong());
      if (fetch.inPlaceOfRefused() && age.compareTo(REFUSED_AGAIN) < 0) {
        return false;
      }
      current = fetch.lasting(age);
    }
    shared(true);
    return true;
  }

  @Override
  public void close() {
    close.run();
  }
}
