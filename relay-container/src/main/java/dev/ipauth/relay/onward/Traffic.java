package dev.ipauth.relay.onward;

import static java.util.Comparator.comparingInt;
import static java.util.stream.Collectors.groupingBy;

import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * One lane's messages at the {@link Gate}: those that wait, those on the way, and those that went
 * over within the minute. Of those that wait, the next is of the account that has least of the
 * rest, so that nobody waits behind all that one account has. Not thread-safe.
 */
final class Traffic {
  private final Map<String, Deque<Waiting>> waiting = new LinkedHashMap<>();
  private final Set<Pass> onTheWay = new LinkedHashSet<>();
  private final Deque<Counted> counted = new ArrayDeque<>();

  /** How many of an account are on the way or count in the minute. */
  private final Map<String, Integer> heldBy = new HashMap<>();

  /**
   * A message that waits.
   *
   * @param account whose it is; empty when it is the relay's own
   * @param since by the gate's clock
   */
  record Waiting(String account, CompletableFuture<Pass> pass, long since) {}

  private record Counted(String account, long until) {}

  int onTheWay() {
    return onTheWay.size();
  }

  int inTheMinute() {
    return onTheWay.size() + counted.size();
  }

  boolean hasWaiting() {
    return !waiting.isEmpty();
  }

  void await(Waiting message) {
    waiting.computeIfAbsent(message.account(), _ -> new ArrayDeque<>()).addLast(message);
  }

  /** Who is to be let in next. */
  @Nullable Waiting next() {
    Waiting next = null;
    int least = Integer.MAX_VALUE;
    for (Map.Entry<String, Deque<Waiting>> account : waiting.entrySet()) {
      Waiting head = account.getValue().getFirst();
      int held = heldBy.getOrDefault(account.getKey(), 0);
      boolean earlier = next != null && held == least && head.since() - next.since() < 0;
      if (held < least || earlier) {
        next = head;
        least = held;
      }
    }
    return next;
  }

  void waitsNoLonger(Waiting message) {
    waiting.computeIfPresent(
        message.account(),
        (_, its) -> {
          its.remove(message);
          return its.isEmpty() ? null : its;
        });
  }

  void begin(Pass pass) {
    onTheWay.add(pass);
    heldBy.merge(pass.account(), 1, Integer::sum);
  }

  void end(Pass pass) {
    onTheWay.remove(pass);
    release(pass.account());
  }

  /** It counts until then. */
  void count(Pass pass, long until) {
    onTheWay.remove(pass);
    counted.addLast(new Counted(pass.account(), until));
  }

  void forget(long now) {
    for (Counted first = counted.peekFirst();
        first != null && first.until() - now <= 0;
        first = counted.peekFirst()) {
      counted.removeFirst();
      release(first.account());
    }
  }

  private void release(String account) {
    heldBy.computeIfPresent(account, (_, held) -> held == 1 ? null : held - 1);
  }

  /**
   * The message that is to give way to one that has waited in vain: of the account that has most on
   * the way, the one that is there for longest. None where that account hasn't all of them, and no
   * more than one beyond what the account of the one that waits has; nor where one gives way to
   * that account already, or nothing can.
   */
  @Nullable Pass toGiveWay(Waiting inVain) {
    // One whose final dot went over meanwhile stays, and gives way to nobody.
    List<Pass> canGiveWay = onTheWay.stream().filter(pass -> !pass.isCounted()).toList();
    if (canGiveWay.stream().anyMatch(pass -> inVain.account().equals(pass.givesWayTo()))) {
      return null;
    }
    Map<String, List<Pass>> byAccount =
        onTheWay.stream()
            .filter(pass -> pass.givesWayTo() == null)
            .collect(groupingBy(Pass::account));
    List<Pass> most =
        byAccount.values().stream().max(comparingInt(Collection::size)).orElse(List.of());
    int own = byAccount.getOrDefault(inVain.account(), List.of()).size();
    boolean all = own == 0 && byAccount.size() == 1;
    return all || most.size() > own + 1
        ? most.stream().filter(pass -> !pass.isCounted()).findFirst().orElse(null)
        : null;
  }
}
