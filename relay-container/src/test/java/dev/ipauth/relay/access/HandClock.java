package dev.ipauth.relay.access;

import java.time.Duration;
import java.util.Comparator;
import java.util.PriorityQueue;

/** A clock that a test moves. It begins just before {@code nanoTime} overflows, as it may. */
final class HandClock implements MonotonicClock {
  private final PriorityQueue<Alarm> alarms =
      new PriorityQueue<>(Comparator.comparingLong(alarm -> alarm.at() - now()));
  private long now = Long.MAX_VALUE - 5;
  private boolean alarmsRing = true;

  private record Alarm(long at, Runnable task) {}

  private long now() {
    return now;
  }

  @Override
  public long nanos() {
    return now;
  }

  @Override
  public void after(Duration delay, Runnable task) {
    alarms.add(new Alarm(now + delay.toNanos(), task));
  }

  /** As on a machine that stood still: time passes, and nobody is woken. */
  void loseAlarms() {
    alarmsRing = false;
  }

  void advance(Duration by) {
    now += by.toNanos();
    while (alarmsRing && !alarms.isEmpty() && alarms.peek().at() - now <= 0) {
      alarms.remove().task().run();
    }
  }
}
