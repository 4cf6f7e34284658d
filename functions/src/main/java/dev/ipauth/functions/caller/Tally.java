package dev.ipauth.functions.caller;

import org.jspecify.annotations.Nullable;

/**
 * One account's requests in one minute, as one process knows them. It lets some in and reports them
 * to the table that all processes share later, several at once.
 *
 * <p>The table is told only of requests that were made, so an account is never refused below its
 * rate, however many processes there are. Nor does it get far above: what a process hasn't reported
 * is at most a tenth of what it has, so all of them together exceed the rate by at most a tenth.
 */
final class Tally {
  private static final int REPORTED_FOR_EACH_UNREPORTED = 10;
  // Of what is left of the minute, so that a few processes of equal load end close to the limit.
  private static final int SHARES = 4;

  /**
   * What the account has left.
   *
   * @param allowed whether this request is let in
   * @param limit the account's requests per minute
   * @param remaining how many more, as far as this process knows
   */
  record Standing(boolean allowed, int limit, long remaining) {}

  private final int limit;
  private long total;
  private long reported;
  private long unreported;
  private long allowance;

  Tally(int limit) {
    this.limit = limit;
  }

  /**
   * Decides one more request where that can be done without the table; null when it must be
   * reported first.
   */
  synchronized @Nullable Standing next() {
    if (total >= limit) {
      return new Standing(false, limit, 0);
    }
    if (unreported < allowance) {
      unreported++;
      return new Standing(true, limit, remaining());
    }
    return null;
  }

  /** How many requests are to be reported, the one that can't be decided without among them. */
  synchronized long report() {
    long report = unreported + 1;
    unreported = 0;
    allowance = 0;
    return report;
  }

  /** They couldn't be reported, and the last of them wasn't let in. */
  synchronized void failed(long report) {
    unreported += report - 1;
  }

  /**
   * They were reported.
   *
   * @param allProcesses what the table says now
   */
  synchronized Standing reported(long report, long allProcesses) {
    total = Math.max(total, allProcesses);
    reported += report;
    allowance =
        Math.min(reported / REPORTED_FOR_EACH_UNREPORTED, Math.max(0, limit - total) / SHARES);
    return new Standing(allProcesses <= limit, limit, remaining());
  }

  private long remaining() {
    return Math.max(0, limit - total - unreported);
  }
}
