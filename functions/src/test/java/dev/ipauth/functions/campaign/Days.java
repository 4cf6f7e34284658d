package dev.ipauth.functions.campaign;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.concurrent.atomic.AtomicLong;

/** A clock that goes as all do, and that is a day and more ahead whenever somebody says so. */
final class Days extends Clock {
  private static final Duration A_DAY_AND_MORE = Duration.ofHours(25);

  private final AtomicLong passed = new AtomicLong();

  void pass() {
    passed.incrementAndGet();
  }

  @Override
  public Instant instant() {
    return Instant.now().plus(A_DAY_AND_MORE.multipliedBy(passed.get()));
  }

  @Override
  public ZoneId getZone() {
    return ZoneOffset.UTC;
  }

  @Override
  public Clock withZone(ZoneId zone) {
    throw new UnsupportedOperationException();
  }
}
