package dev.ipauth.relay.queue;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.ipauth.relay.onward.Failure;
import dev.ipauth.relay.onward.Failure.Kind;
import dev.ipauth.relay.onward.Failure.Stage;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** When the alarm begins (+) and ends (-). */
class OperatorFaultTest {
  private final RecordedEvents events = new RecordedEvents();
  private final OperatorFault fault = new OperatorFault(events);

  @ParameterizedTest
  @CsvSource({
    "at the start or behind an outage, AUTH, +",
    "whoever is refused in both ways, AUTH refused AUTH refused, +",
    "it can't be reached, away away, ''",
    "the password is mended, AUTH opened, +-",
    "while nothing is kept it is refused all the same, AUTH nothing AUTH, +",
    "a login that works, MAIL opened refused opened, +",
    "a verdict alone, refused delivered, +-",
    "the delivery of another relay, refused nothing, +-",
    "once and again, AUTH opened delivered nothing AUTH delivered, +-+-"
  })
  void soundsWhileTheNextHopRefusesTheRelay(String when, String happenings, String alarms) {
    for (String happening : happenings.split(" ", -1)) {
      switch (happening) {
        case "AUTH", "MAIL" ->
            fault.failed(new Failure(Stage.valueOf(happening), Kind.OPERATOR, "it says so"));
        case "away" -> fault.failed(new Failure(Stage.CONNECT, Kind.UNREACHABLE, "no route"));
        case "refused" -> fault.refused();
        case "opened" -> fault.opened();
        case "delivered" -> fault.delivered();
        case "nothing" -> fault.nothingIsKept();
        default -> throw new IllegalArgumentException(happening);
      }
    }
    var heard = new ArrayList<String>();
    for (String line : events.lines) {
      heard.add(line.endsWith(" over") ? "-" : "+");
    }
    assertEquals(List.of(alarms), List.of(String.join("", heard)), when);
  }
}
