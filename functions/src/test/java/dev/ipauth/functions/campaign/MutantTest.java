package dev.ipauth.functions.campaign;

import static org.junit.jupiter.api.Assertions.fail;

import java.util.List;
import java.util.function.LongFunction;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A campaign that couldn't fail would prove nothing: each mistake is found. */
class MutantTest {
  // Threads run as they like: the same seed finds a mistake in one campaign and not in the next.
  // Most take one or two.
  private static final int TRIES = 100;

  @ParameterizedTest
  @EnumSource(
      names = {"USED_CODES_STAY", "CODES_ARE_NOT_DELETED"},
      mode = EnumSource.Mode.EXCLUDE)
  void isFound(Mutant mutant) {
    isFound(mutant, seed -> new Plan(seed, 16, 48, 400, 50).withFaults(faultsFor(mutant)));
  }

  @ParameterizedTest
  @EnumSource(
      names = {
        "CLAIMS_WITHOUT_CONDITION",
        "WITHOUT_VERSION",
        "USED_CODES_STAY",
        "CODES_ARE_NOT_DELETED"
      })
  void isFoundWhereControlIsProven(Mutant mutant) {
    isFound(
        mutant, seed -> new Plan(seed, 8, 120, 400, 50).withFaults(faultsFor(mutant)).withProof());
  }

  private static void isFound(Mutant mutant, LongFunction<Plan> plans) {
    for (int seed = 1; seed <= TRIES; seed++) {
      Plan plan = plans.apply(seed);
      Campaign.Report report = Campaign.run(plan, mutant);
      if (!report.violations().isEmpty()) {
        System.out.printf(
            "Mutant %s: found with seed %s, %s violations, asked %s, checked %s; first: %s%n",
            mutant,
            seed,
            report.violations().size(),
            report.asking(),
            report.checking(),
            firstLine(report));
        return;
      }
    }
    fail(mutant + " wasn't found in " + TRIES + " campaigns");
  }

  /** Where the mistake shows. */
  private static List<Fault> faultsFor(Mutant mutant) {
    return switch (mutant) {
      case CLAIMS_WITHOUT_CONDITION,
          EVENTUALLY_CONSISTENT_READS,
          MOVES_WITHOUT_TELLING_THE_GIVER,
          DELETIONS_UNCOUNTED,
          USED_CODES_STAY,
          CODES_ARE_NOT_DELETED ->
          List.of(Fault.DELAYED);
      case ANOTHER_TOKEN_ON_EVERY_TRY -> List.of(Fault.REPLY_LOST);
      case WITHOUT_VERSION -> List.of(Fault.DELAYED, Fault.DUPLICATED_AND_FORGOTTEN);
    };
  }

  private static String firstLine(Campaign.Report report) {
    return report.violations().getFirst().lines().findFirst().orElseThrow();
  }
}
