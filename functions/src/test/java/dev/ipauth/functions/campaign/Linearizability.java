package dev.ipauth.functions.campaign;

import java.util.BitSet;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Whether a history can be told one operation after the other: each at some instant between its
 * being asked and its answer, each with the outcome that the model gives it there. Wing and Gong's
 * search, with Lowe's memory of what was tried (as in Porcupine and Knossos).
 *
 * <p>An unanswered operation may happen at any instant after it was asked, or never.
 *
 * @param <S> the model's state
 */
final class Linearizability<S> {
  private static final int MOST_TRIED = 2_000_000;

  private record Tried<S>(BitSet done, S state) {}

  private final Model<S> model;
  private final List<Operation> history;
  private final Set<Tried<S>> tried = new HashSet<>();

  private Linearizability(Model<S> model, List<Operation> history) {
    this.model = model;
    this.history = history.stream().sorted(Comparator.comparingLong(Operation::invoked)).toList();
  }

  static <S> boolean holds(Model<S> model, List<Operation> history) {
    var search = new Linearizability<>(model, history);
    return search.canGoOn(new BitSet(history.size()), model.initial());
  }

  /** The part of a history that doesn't hold, up to the first answer that no order explains. */
  static <S> List<Operation> impossiblePart(Model<S> model, List<Operation> history) {
    List<Long> ends =
        history.stream().filter(Operation::isAnswered).map(Operation::returned).sorted().toList();
    int good = -1;
    int bad = ends.size() - 1;
    while (good + 1 < bad) {
      int middle = (good + bad) / 2;
      if (holds(model, until(ends.get(middle), history))) {
        good = middle;
      } else {
        bad = middle;
      }
    }
    return until(ends.get(bad), history);
  }

  private static List<Operation> until(long end, List<Operation> history) {
    return history.stream()
        .filter(operation -> operation.invoked() <= end)
        .map(
            operation ->
                operation.returned() <= end
                    ? operation
                    : Operation.unanswered(operation.action(), operation.invoked()))
        .sorted(Comparator.comparingLong(Operation::invoked))
        .toList();
  }

  private boolean canGoOn(BitSet before, S state) {
    BitSet done = (BitSet) before.clone();
    takeObservations(done, state);
    long earliestReturn = earliestReturn(done);
    if (earliestReturn == Operation.NEVER) {
      return true;
    }
    if (!tried.add(new Tried<>(done, state))) {
      return false;
    }
    if (tried.size() > MOST_TRIED) {
      throw new IllegalStateException("This history is too long to check");
    }
    // Whoever was answered first probably happened first: a good history is told at once.
    return minimal(done, earliestReturn)
        .boxed()
        .sorted(Comparator.comparingLong(i -> history.get(i).returned()))
        .anyMatch(i -> canGoOnWith(i, done, earliestReturn, state));
  }

  private boolean canGoOnWith(int i, BitSet done, long earliestReturn, S state) {
    S next = model.after(state, history.get(i));
    if (next == null || (next.equals(state) && !mustBeNow(i, done, earliestReturn, state))) {
      return false;
    }
    return canGoOn(with(done, i), next);
  }

  /**
   * What changes nothing here is as well done later, as long as it changes nothing there: until
   * somebody has waited long enough for it, or right before something that makes a difference to
   * it.
   */
  private boolean mustBeNow(int idle, BitSet done, long earliestReturn, S state) {
    Operation operation = history.get(idle);
    return operation.isAnswered()
        && (operation.returned() == earliestReturn
            || minimal(done, earliestReturn)
                .mapToObj(other -> model.after(state, history.get(other)))
                .anyMatch(next -> next != null && !next.equals(model.after(next, operation))));
  }

  // Safe to take at once: whatever order there is from here, it is one with these in front too.
  // A release that frees nothing isn't one of them: later it might free something.
  private void takeObservations(BitSet done, S state) {
    int before;
    do {
      before = done.cardinality();
      minimal(done, earliestReturn(done))
          .filter(i -> history.get(i).isObservation())
          .filter(i -> model.after(state, history.get(i)) != null)
          .forEach(done::set);
    } while (done.cardinality() > before);
  }

  /** Those that may happen first: none of the others was answered before they were asked. */
  private IntStream minimal(BitSet done, long earliestReturn) {
    return IntStream.iterate(done.nextClearBit(0), i -> done.nextClearBit(i + 1))
        .takeWhile(i -> i < history.size() && history.get(i).invoked() <= earliestReturn);
  }

  private long earliestReturn(BitSet done) {
    long earliest = Operation.NEVER;
    for (int i = done.nextClearBit(0);
        i < history.size() && history.get(i).invoked() <= earliest;
        i = done.nextClearBit(i + 1)) {
      earliest = Math.min(earliest, history.get(i).returned());
    }
    return earliest;
  }

  private static BitSet with(BitSet done, int i) {
    BitSet more = (BitSet) done.clone();
    more.set(i);
    return more;
  }
}
