package dev.ipauth.relay.limits;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.ipauth.tables.IpAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class AuthFailuresTest {
  private static final IpAddress OFFICE = IpAddress.parse("198.51.100.7");
  private static final IpAddress ELSEWHERE = IpAddress.parse("203.0.113.5");
  private static final Duration SHUT_OUT = Duration.ofMinutes(15);

  private final Clock clock = new Clock();
  private final List<Limit> reached = new ArrayList<>();
  private final AuthFailures failures =
      new AuthFailures(new Rates(0, 0, 0, 0, 0, 10, SHUT_OUT), clock, reached::add);

  private void fail(IpAddress from, String name, int times) {
    for (int i = 0; i < times; i++) {
      assertNull(failures.attempt(from, name));
      failures.failed(from, name);
    }
  }

  @Test
  void eachFailureIsAnsweredLaterThanTheOneBefore() {
    var delays = new ArrayList<Long>();
    for (int i = 0; i < 9; i++) {
      delays.add(failures.failed(OFFICE, "name-" + i).toMillis());
    }
    assertEquals(List.of(0L, 250L, 500L, 1000L, 2000L, 4000L, 8000L, 8000L, 8000L), delays);
    assertEquals(Duration.ZERO, failures.failed(ELSEWHERE, "name-0"));
  }

  @Test
  void aNameThatAlwaysFailsIsShutOutThereAndThenForgiven() {
    fail(OFFICE, "scanner", 10);
    assertEquals(Limit.AUTH_FAILURES, failures.attempt(OFFICE, "scanner"));
    assertEquals(Limit.AUTH_FAILURES, failures.attempt(OFFICE, "SCANNER"));
    assertNull(failures.attempt(ELSEWHERE, "scanner"));
    clock.advance(SHUT_OUT);
    assertNull(failures.attempt(OFFICE, "scanner"));
    assertEquals(2, reached.size());
  }

  @Test
  void oneBadDeviceShutsOutNobodyElseInTheOffice() {
    fail(OFFICE, "bad", 10);
    assertEquals(Limit.AUTH_FAILURES, failures.attempt(OFFICE, "bad"));
    assertNull(failures.attempt(OFFICE, "never-seen-before"));
  }

  @Test
  void aBadDeviceDoesNotShutOutGoodOnesOfTheSameName() {
    failures.succeeded(OFFICE, "shared");
    fail(OFFICE, "shared", 1000);
    assertNull(failures.attempt(OFFICE, "shared"));
  }

  @Test
  void whoeverTriesManyNamesIsShutOutButNotWhoeverWasGoodThere() {
    failures.succeeded(OFFICE, "scanner");
    for (int i = 0; i < 50; i++) {
      fail(OFFICE, "guess-" + i, 1);
    }
    assertEquals(Limit.AUTH_FAILURES, failures.attempt(OFFICE, "guess-50"));
    assertNull(failures.attempt(OFFICE, "scanner"));
    assertEquals(Limit.AUTH_FAILURES, failures.attempt(OFFICE, "copier"));
  }

  @Test
  void namesThatAreNoneAreAllOne() {
    for (int i = 0; i < 10; i++) {
      fail(OFFICE, "*".repeat(i + 1), 1);
    }
    assertEquals(Limit.AUTH_FAILURES, failures.attempt(OFFICE, "?"));
    assertNull(failures.attempt(OFFICE, "scanner"));
  }

  @Test
  void aGoodAuthForgivesItsNamesFailures() {
    fail(OFFICE, "scanner", 9);
    failures.succeeded(OFFICE, "scanner");
    clock.advance(Duration.ofDays(7));
    fail(OFFICE, "scanner", 9);
    assertNull(failures.attempt(OFFICE, "scanner"));
  }

  @Test
  void noLimitIsNoLimit() {
    var unlimited = new AuthFailures(new Rates(0, 0, 0, 0, 0, 0, SHUT_OUT), clock, reached::add);
    for (int i = 0; i < 1000; i++) {
      unlimited.failed(OFFICE, "scanner");
    }
    assertNull(unlimited.attempt(OFFICE, "scanner"));
  }
}
