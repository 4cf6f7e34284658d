package dev.ipauth.relay.operation;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class DependencyTest {
  private final List<String> lines = new ArrayList<>();
  private long now = Long.MAX_VALUE - 5;
  private final Dependency tables =
      new Dependency("tables", this::note, new SimpleMeterRegistry(), () -> now);

  private void note(String event, Map<String, ?> fields) {
    lines.add(event + " " + new TreeMap<>(fields));
  }

  private void pass(Duration time) {
    now += time.toNanos();
  }

  @Test
  void anOutageIsOneLineAtItsBeginningAndOneAtItsEndHoweverManyDevicesAsk() {
    for (int i = 0; i < 10_000; i++) {
      tables.failed("Access is denied.");
      pass(Duration.ofMillis(1));
    }
    assertEquals(Optional.of("Access is denied."), tables.outage());
    for (int i = 0; i < 100; i++) {
      tables.worked();
    }
    assertEquals(Optional.empty(), tables.outage());
    assertEquals(
        List.of(
            "unavailable {what=tables, why=Access is denied.}",
            "available-again {failures=10000, millis=10000, what=tables}"),
        lines);
  }

  @Test
  void whatWorksLeavesNoLine() {
    tables.worked();
    assertEquals(List.of(), lines);
  }

  @Test
  void anotherCauseIsAnotherLineOneAMinuteAtMost() {
    tables.failed("slow");
    pass(Duration.ofSeconds(59));
    tables.failed("denied");
    pass(Duration.ofSeconds(1));
    tables.failed("denied");
    tables.failed("slow");
    assertEquals(
        List.of("unavailable {what=tables, why=slow}", "unavailable {what=tables, why=denied}"),
        lines);
  }

  @Test
  void whatFailsNowAndThenDoesNotFillTheLog() {
    for (int i = 0; i < 3600; i++) {
      tables.failed("throttled");
      pass(Duration.ofMillis(500));
      tables.worked();
      pass(Duration.ofMillis(500));
    }
    assertEquals(3, lines.size(), lines::toString);
    pass(Duration.ofSeconds(10));
    tables.worked();
    assertEquals(4, lines.size(), lines::toString);
    assertEquals(Optional.empty(), tables.outage());
  }
}
