package dev.ipauth.relay.budget;

import java.util.HashMap;
import java.util.Map;

/**
 * An amount, of octets for instance, that is taken by many and given back.
 *
 * <p>Each may have as much as is left free by everybody, or a multiple of it. Where it is as much,
 * one that takes all it can leaves a half to the others, two leave a third, three a quarter:
 * whoever is over it is refused, and nobody else notices. (Dynamic thresholds, as in the buffers of
 * network switches: Choudhury and Hahne, 1998.)
 *
 * <p>Thread-safe. Remembers nobody who has nothing.
 *
 * @param <K> who takes it, such as an account's id
 */
public final class FairBudget<K> {
  private final long size;
  private final int times;
  private final Map<K, Long> takenBy = new HashMap<>();
  private long taken;

  /** Nothing is taken yet. */
  public FairBudget(long size) {
    this(size, 1);
  }

  /**
   * Nothing is taken yet.
   *
   * @param times how many times what is free each may have: 9 leave a tenth
   */
  public FairBudget(long size, int times) {
    this.size = size;
    this.times = times;
  }

  /** Takes so much, or nothing. */
  public synchronized boolean take(K who, long amount) {
    boolean fits = isFair(who, amount);
    if (fits) {
      add(who, amount);
    }
    return fits;
  }

  /**
   * Takes so much, which is there already and can only be given back.
   *
   * @return whether it is within what may be taken
   */
  public synchronized boolean count(K who, long amount) {
    boolean fits = isFair(who, amount);
    add(who, amount);
    return fits;
  }

  private boolean isFair(K who, long amount) {
    long free = size - taken - amount;
    return takenBy.getOrDefault(who, 0L) + amount
        <= (free < Long.MAX_VALUE / times ? times * free : Long.MAX_VALUE);
  }

  private void add(K who, long amount) {
    if (amount == 0) {
      return;
    }
    takenBy.merge(who, amount, (before, more) -> before + more == 0 ? null : before + more);
    taken += amount;
  }

  /** Gives back what was taken or counted. */
  public synchronized void giveBack(K who, long amount) {
    add(who, -amount);
  }

  /** What is taken now, by all together. */
  public synchronized long taken() {
    return taken;
  }
}
