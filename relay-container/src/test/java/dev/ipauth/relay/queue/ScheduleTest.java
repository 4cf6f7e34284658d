package dev.ipauth.relay.queue;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ScheduleTest {
  private final Schedule schedule =
      new Schedule(List.of(Duration.ofMinutes(1), Duration.ofMinutes(2), Duration.ofHours(2)));

  @ParameterizedTest
  @CsvSource({"1, PT1M", "2, PT2M", "3, PT2H", "4, PT2H", "1000, PT2H"})
  void theLastWaitRepeats(int attempts, Duration wait) {
    Random half = fixed(0.5);

    assertEquals(wait, schedule.after(attempts, half));
  }

  @Test
  void eachWaitIsWithinTenPercent() {
    assertEquals(Duration.ofSeconds(54), schedule.after(1, fixed(0)));
    assertTrue(schedule.after(1, fixed(0.999_999)).compareTo(Duration.ofSeconds(66)) <= 0);
  }

  @SuppressWarnings("serial") // Nobody writes it down.
  private static Random fixed(double value) {
    return new Random() {
      @Override
      public double nextDouble() {
        return value;
      }
    };
  }
}
