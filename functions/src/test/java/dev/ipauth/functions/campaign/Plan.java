package dev.ipauth.functions.campaign;

import java.util.EnumSet;
import java.util.List;
import java.util.function.LongSupplier;

/**
 * How large a campaign is, and which.
 *
 * @param seed of what is asked and of what goes wrong
 * @param claimers at work at once
 * @param addresses that are claimed at most
 * @param operations of all claimers
 * @param percent of the calls to DynamoDB that meet a fault
 * @param ofWrites the faults that a write can meet
 * @param maxSmtpUsers how many users an account may have
 * @param proof whether an address waits for somebody at it
 */
record Plan(
    long seed,
    int claimers,
    int addresses,
    int operations,
    int percent,
    List<Fault> ofWrites,
    int maxSmtpUsers,
    boolean proof) {
  private static final int PLENTY = 100_000;
  private static final List<Fault> ALL = List.copyOf(EnumSet.range(Fault.LOST, Fault.THROTTLED));

  Plan(long seed, int claimers, int addresses, int operations, int percent) {
    this(seed, claimers, addresses, operations, percent, ALL, PLENTY, false);
  }

  Plan withFaults(List<Fault> faults) {
    return new Plan(seed, claimers, addresses, operations, percent, faults, maxSmtpUsers, proof);
  }

  Plan withMaxSmtpUsers(int most) {
    return new Plan(seed, claimers, addresses, operations, percent, ofWrites, most, proof);
  }

  Plan withProof() {
    return new Plan(seed, claimers, addresses, operations, percent, ofWrites, maxSmtpUsers, true);
  }

  /** Fewer where control is proven: a proof needs that others have been answered before it. */
  int claimed() {
    return proof ? addresses / 5 : addresses;
  }

  /** As {@code -Dcampaign.seed=…} and the like say; else this. */
  static Plan fromProperties(Plan otherwise) {
    return new Plan(
        property("seed", otherwise::seed),
        (int) property("claimers", otherwise::claimers),
        (int) property("addresses", otherwise::addresses),
        (int) property("operations", otherwise::operations),
        (int) property("percent", otherwise::percent));
  }

  private static long property(String name, LongSupplier otherwise) {
    Long value = Long.getLong("campaign." + name);
    return value == null ? otherwise.getAsLong() : value;
  }

  /** How to have the same again. */
  String replay() {
    return "-Dcampaign.seed=%s -Dcampaign.claimers=%s -Dcampaign.addresses=%s -Dcampaign.operations=%s -Dcampaign.percent=%s"
        .formatted(seed, claimers, addresses, operations, percent);
  }
}
