package dev.ipauth.relay.access;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Counts what it is told. */
final class CountingMeter implements LookupMeter {
  final AtomicInteger hits = new AtomicInteger();
  final AtomicInteger good = new AtomicInteger();
  final AtomicInteger bad = new AtomicInteger();

  @Override
  public void hit() {
    hits.incrementAndGet();
  }

  @Override
  public void read(Duration took, @Nullable Throwable failure) {
    (failure == null ? good : bad).incrementAndGet();
  }
}
