package dev.ipauth.relay.oauth;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** One token for everybody, with a clock and an issuer of the tests' own. */
class AccessTokensTest {
  private static final Duration HOUR = Duration.ofHours(1);

  private Instant now = Instant.parse("2026-11-27T10:00:00Z");
  private long nanos = Long.MAX_VALUE - Duration.ofMinutes(1).toNanos();
  private final List<CompletableFuture<AccessToken>> asked = new ArrayList<>();
  private final AccessTokens tokens =
      new AccessTokens(
          _ -> {
            var asking = new CompletableFuture<AccessToken>();
            asked.add(asking);
            return asking;
          },
          () -> now,
          () -> nanos,
          () -> {});

  private AccessToken answer(Duration life) {
    var token = new AccessToken("token" + asked.size(), now.plus(life));
    asked.getLast().complete(token);
    return token;
  }

  private void pass(Duration time) {
    now = now.plus(time);
    nanos += time.toNanos();
  }

  private CompletableFuture<AccessToken> ask() {
    return tokens.token().toCompletableFuture();
  }

  @Test
  void oneFetchForFiftyThatWaitAndForAllThatComeLater() {
    var waiting = IntStream.range(0, 50).mapToObj(_ -> ask()).toList();
    AccessToken token = answer(HOUR);
    waiting.forEach(each -> assertEquals(token, each.join()));
    assertEquals(token, ask().join());
    assertEquals(1, asked.size());
  }

  @Test
  void keptUntilAMinuteBeforeItEnds() {
    ask();
    AccessToken first = answer(HOUR);
    pass(Duration.ofMinutes(59).minusMillis(1));
    assertEquals(first, ask().join());
    pass(Duration.ofMillis(1));
    var next = ask();
    assertNotEquals(first, answer(HOUR));
    assertEquals("token2", next.join().value());
  }

  @Test
  void oneOfAMinuteIsUsedForTheFirstHalfOfIt() {
    ask();
    AccessToken shortLived = answer(Duration.ofMinutes(1));
    pass(Duration.ofSeconds(29));
    assertEquals(shortLived, ask().join());
    pass(Duration.ofSeconds(2));
    ask();
    assertEquals(2, asked.size());
  }

  @Test
  void oneThatFiftyConnectionsSeeRefusedIsFetchedAnewOnce() {
    ask();
    AccessToken revoked = answer(HOUR);
    IntStream.range(0, 50).forEach(_ -> assertTrue(tokens.refused(revoked)));
    assertEquals(2, asked.size());
    AccessToken second = answer(HOUR);
    assertEquals(second, ask().join());
    assertFalse(tokens.refused(second), "the token isn't what is wrong");
    assertEquals(2, asked.size());
  }

  @Test
  void afterAMinuteOrASuccessARefusalIsWorthAnotherFetch() {
    ask();
    AccessToken first = answer(HOUR);
    tokens.refused(first);
    AccessToken second = answer(HOUR);
    pass(Duration.ofMinutes(1));
    assertTrue(tokens.refused(second), "the operator may have mended it");
    AccessToken third = answer(HOUR);
    tokens.accepted(third);
    assertTrue(tokens.refused(third), "it was revoked since");
  }

  @Test
  void theClockMayBeSetBackAndForth() {
    ask();
    AccessToken token = answer(HOUR);
    now = now.plus(Duration.ofDays(1));
    assertEquals(token, ask().join());
    now = now.minus(Duration.ofDays(2));
    pass(Duration.ofMinutes(59));
    var next = ask();
    assertEquals(2, asked.size());
    asked.getLast().completeExceptionally(new NoToken(NoToken.Kind.UNAVAILABLE, "away"));
    assertThrows(CompletionException.class, next::join);
    now = now.minus(Duration.ofDays(1));
    pass(Duration.ofSeconds(1));
    ask();
    assertEquals(3, asked.size());
  }

  @Test
  void anIssuerThatAsksForPatienceIsHeeded() {
    var refused = ask();
    asked
        .getLast()
        .completeExceptionally(
            new NoToken(NoToken.Kind.THROTTLED, "slowly", Duration.ofSeconds(30)));
    assertThrows(CompletionException.class, refused::join);
    pass(Duration.ofSeconds(29));
    assertThrows(CompletionException.class, () -> ask().join());
    assertEquals(1, asked.size());
    pass(Duration.ofSeconds(1));
    ask();
    assertEquals(2, asked.size());
  }
}
