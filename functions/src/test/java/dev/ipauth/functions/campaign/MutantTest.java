package dev.ipauth.functions.campaign;

import static org.junit.jupiter.api.Assertions.fail;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A campaign that couldn't fail would prove nothing: each mistake is found. */
class MutantTest {
  private static final int TRIES = 5;

  @ParameterizedTest
  @EnumSource
  void isFound(Mutant mutant) {
    for (int seed = 1; seed <= TRIES; seed++) {
      Plan plan = new Plan(seed, 24, 40, 400, 50);
      Campaign.Report report = Campaign.run(plan, mutant);
      if (!report.violations().isEmpty()) {
        System.out.printf(
            "Mutant %s: found with seed %d, %d violations, asked %s, checked %s; first: %s%n",
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

  private static String firstLine(Campaign.Report report) {
    return report.violations().getFirst().lines().findFirst().orElseThrow();
  }
}
