package dev.ipauth.functions.campaign;

import java.util.BitSet;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

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

  private boolean canGoOn(BitSet before, S state) {
    BitSet done = (BitSet) before.clone();
    takeWhatChangesNothing(done, state);
    long earliestReturn = earliestReturn(done);
    if (earliestReturn == Operation.NEVER) {
      return true;
    }
    if (!tried.add(new Tried<>(done, state))) {
      return false;
    }
    for (int i = nextMinimal(done, 0, earliestReturn);
        i >= 0;
        i = nextMinimal(done, i + 1, earliestReturn)) {
      S next = model.after(state, history.get(i));
      if (next != null && !next.equals(state) && canGoOn(with(done, i), next)) {
        return true;
      }
    }
    return false;
  }

  // Safe to take at once: whatever order there is from here, it is one with these in front too.
  private void takeWhatChangesNothing(BitSet done, S state) {
    boolean more = true;
    while (more) {
      more = false;
      long earliestReturn = earliestReturn(done);
      for (int i = nextMinimal(done, 0, earliestReturn);
          i >= 0;
          i = nextMinimal(done, i + 1, earliestReturn)) {
        if (history.get(i).isAnswered() && state.equals(model.after(state, history.get(i)))) {
          done.set(i);
          more = true;
        }
      }
    }
  }

  /** The next that may happen first: none of the others was answered before it was asked. */
  private int nextMinimal(BitSet done, int from, long earliestReturn) {
    int i = done.nextClearBit(from);
    return i < history.size() && history.get(i).invoked() <= earliestReturn ? i : -1;
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
