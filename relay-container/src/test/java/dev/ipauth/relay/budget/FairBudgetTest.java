package dev.ipauth.relay.budget;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FairBudgetTest {
  private final FairBudget<String> budget = new FairBudget<>(1200);

  @ParameterizedTest
  @CsvSource({"1, 600", "2, 400", "3, 300", "11, 100"})
  void whoTakesAllLeavesThatMuch(int greedy, int free) {
    for (int times = 0; times < 1200; times++) {
      budget.take("greedy" + times % greedy, 1);
    }
    assertEquals(1200 - free, budget.taken());
    assertTrue(budget.take("modest", free / 2));
  }

  @Test
  void whatIsRefusedTakesNothingAndWhatIsCountedIsThereAllTheSame() {
    assertFalse(budget.take("one", 601));
    assertEquals(0, budget.taken());
    assertFalse(budget.count("one", 601));
    assertEquals(601, budget.taken());
    budget.giveBack("one", 601);
    assertTrue(budget.take("one", 600));
  }
}
