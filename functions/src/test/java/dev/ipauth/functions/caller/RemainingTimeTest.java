package dev.ipauth.functions.caller;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPEvent;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A request has what it may take, or what Lambda leaves it, whichever is less. */
class RemainingTimeTest {

  @ParameterizedTest
  @CsvSource({"29000, false", "7000, false", "6000, true", "100, true"})
  void theLastCallBeginsBeforeLambdaEndsTheProcess(long remainingMillis, boolean over) {
    var usual = Deadline.AfterRequest.USUAL;
    assertEquals(over, usual.within(Duration.ofMillis(remainingMillis)).isOver());
  }

  @Test
  void itTravelsWithTheEvent() {
    var event = new APIGatewayV2HTTPEvent();
    RemainingTime.tell(event, 28_500);
    assertEquals(Duration.ofMillis(28_500), RemainingTime.of(event));
  }

  @Test
  void withoutLambdaNobodyEndsTheProcess() {
    assertEquals(Duration.ofDays(1), RemainingTime.of(new APIGatewayV2HTTPEvent()));
  }
}
