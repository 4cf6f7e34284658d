package dev.ipauth.relay.message;

import dev.ipauth.relay.budget.FairBudget;

/**
 * The memory that the envelopes and headers of all messages under way may hold together. Each of
 * ten thousand connections may hold a hundred recipients and a header, and ten thousand of them
 * don't fit. It is shared by account (decision 0018).
 *
 * <p>Thread-safe.
 */
public final class HeaderBudget {
  private final FairBudget<String> octets;

  /**
   * @param size in octets; one header may have half of it
   */
  public HeaderBudget(long size) {
    this.octets = new FairBudget<>(size);
  }

  /** Octets that are held now. */
  public long held() {
    return octets.taken();
  }

  /** What one envelope or header of this account holds: nothing yet. */
  public Share share(String accountId) {
    return new Share(accountId);
  }

  /** One envelope's or header's part. Not thread-safe. */
  public final class Share {
    private final String accountId;
    private int held;

    private Share(String accountId) {
      this.accountId = accountId;
    }

    /** Whether there is room for so many octets in all; if so, they are taken. */
    public boolean grow(int to) {
      boolean room = octets.take(accountId, to - held);
      held = room ? to : held;
      return room;
    }

    /** Whether there is room for so many octets more; if so, they are taken. */
    public boolean take(int more) {
      return grow(held + more);
    }

    /** Gives so many octets back, no more than are held. */
    public void giveBack(int octets) {
      int back = Math.min(octets, held);
      HeaderBudget.this.octets.giveBack(accountId, back);
      held -= back;
    }

    /** Gives all of it back. Saying so twice changes nothing. */
    public void release() {
      if (held > 0) {
        octets.giveBack(accountId, held);
        held = 0;
      }
    }
  }
}
