package dev.ipauth.relay.operation;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.ipauth.relay.onward.Failure;
import dev.ipauth.relay.onward.Failure.Kind;
import dev.ipauth.relay.onward.Failure.Stage;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class OperatorFaultAlarmTest {
  private final List<String> lines = new ArrayList<>();
  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final OperatorFaultAlarm alarm =
      new OperatorFaultAlarm(
          new NextHopMeter(
              registry, new Dependency("next-hop", (_, _) -> {}, registry, System::nanoTime)),
          (event, fields) -> lines.add(event + " " + new TreeMap<>(fields)));

  private void refused(Stage stage) {
    alarm.failed(new Failure(stage, Kind.OPERATOR, "the secret has expired"));
  }

  @Test
  void onceWhenItBeginsAndOnceWhenItEnds() {
    alarm.failed(new Failure(Stage.CONNECT, Kind.UNREACHABLE, "no route"));
    refused(Stage.AUTH);
    refused(Stage.AUTH);
    alarm.opened();
    alarm.answered();
    assertEquals(
        List.of(
            "alarm {what=operator-fault, why=the secret has expired}",
            "alarm {over=true, what=operator-fault}"),
        lines);
  }

  @Test
  void whatIsRefusedBehindALoginIsOverWhenAMessageIsAnswered() {
    refused(Stage.FINAL_DOT);
    alarm.opened();
    assertEquals(1, lines.size());
    alarm.answered();
    assertEquals(2, lines.size());
  }
}
