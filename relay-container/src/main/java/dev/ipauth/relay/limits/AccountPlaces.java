package dev.ipauth.relay.limits;

import static java.util.Comparator.comparing;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The connections of each account. One account has any number of addresses and SMTP users, so no
 * limit of these keeps it from taking every place there is.
 *
 * <p>An account may hold nine times as many places as no account holds, and one. So one that takes
 * all it can leaves a tenth to the others, rounded down, two leave a twentieth: a device of anybody
 * else finds a place. An account that is over it because others have come since gives places up,
 * first those on which no message is under way and none was begun for longest, then those whose
 * message takes more than ten minutes. (Dynamic thresholds, as for headers: decision 0018.)
 *
 * <p>Thread-safe.
 */
final class AccountPlaces {
  private static final int TIMES_WHAT_IS_FREE = 9;

  /** Nanoseconds that a large scan may take. A scanner that is cut off throws its scan away. */
  private static final long LONG_MESSAGE = Duration.ofMinutes(10).toNanos();

  private final Map<String, Set<Limits.Place>> held = new HashMap<>();

  /** By all accounts. Connections of strangers have no account, and less time. */
  private int taken;

  /** Whether an account may hold one more place; if so, it does. One it may always have. */
  synchronized boolean take(String accountId, Limits.Place place, int places) {
    Set<Limits.Place> its = held.getOrDefault(accountId, Set.of());
    if (!its.isEmpty() && its.size() + 1 > most(places - taken - 1)) {
      return false;
    }
    held.computeIfAbsent(accountId, _ -> new LinkedHashSet<>()).add(place);
    taken++;
    return true;
  }

  synchronized void leave(String accountId, Limits.Place place) {
    held.computeIfPresent(
        accountId,
        (_, its) -> {
          taken -= its.remove(place) ? 1 : 0;
          return its.isEmpty() ? null : its;
        });
  }

  /** Those that are to be given up now, which counts them as free. */
  synchronized List<Limits.Place> tooMany(int places) {
    int free = places - taken;
    var giveUp = new ArrayList<Limits.Place>();
    // What the largest gives up is free, so that a smaller one need give up less, or nothing.
    for (Set<Limits.Place> its : largestFirst()) {
      long over = its.size() - most(free + giveUp.size());
      if (over > 0 && its.size() > 1) {
        // Each that goes is one less of them, and one more that is free.
        long fewer = Math.ceilDiv(over, TIMES_WHAT_IS_FREE + 1);
        giveUp.addAll(longestWithoutMail(its, Math.min(fewer, its.size() - 1)));
      }
    }
    return giveUp;
  }

  private List<Set<Limits.Place>> largestFirst() {
    return held.values().stream()
        .sorted(comparing((Set<Limits.Place> its) -> its.size()).reversed())
        .toList();
  }

  /** Of fewer than ten places none is left free: whoever sets so few has few devices. */
  private static long most(int free) {
    return TIMES_WHAT_IS_FREE * (free + 1L);
  }

  private static List<Limits.Place> longestWithoutMail(Set<Limits.Place> places, long most) {
    // Both change while they are sorted.
    record Waiting(Limits.Place place, boolean isAmidMessage, long since) {}
    return places.stream()
        .map(place -> new Waiting(place, place.isAmidMessage(), place.sinceLastMail()))
        .filter(one -> !one.isAmidMessage() || one.since() > LONG_MESSAGE)
        .sorted(
            comparing(Waiting::isAmidMessage).thenComparing(comparing(Waiting::since).reversed()))
        .limit(most)
        .map(Waiting::place)
        .toList();
  }
}
