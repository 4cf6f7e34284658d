package dev.ipauth.relay.access;

import java.time.Duration;
import java.util.Comparator;
import java.util.PriorityQueue;

/** A clock that a test moves. It begins just before {@code nanoTime} overflows, as it may. */
final class HandClock implements LookupClock {
  private final PriorityQueue<Alarm> alarms =
      new PriorityQueue<>(Comparator.comparingLong(alarm -> alarm.at() - nanos()));
  private long now = Long.MAX_VALUE - 5;
  private boolean alarmsRing = true;

  /** How far the clock on the wall is ahead of the other. */
  private long wallAhead = 0;

  private record Alarm(long at, Runnable task) {}

  long nanos() {
    return now;
  }

  @Override
  public Moment now() {
    return new Moment(now, now + wallAhead);
  }

  /** Time passes on the wall alone, as while the machine is suspended. */
  void suspend(Duration time) {
    wallAhead += time.toNanos();
  }

  /** Somebody sets the clock on the wall back. */
  void setBack(Duration time) {
    wallAhead -= time.toNanos();
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
