package dev.ipauth.tables;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MessageIdTest {
  @ParameterizedTest
  @CsvSource({
    "1970-01-01T00:00:00Z,             00000000",
    "2026-11-27T10:00:00Z,             mwyt8hs0",
    "2059-05-25T17:38:27.455Z,         zzzzzzzz",
    "-1000000000-01-01T00:00:00Z,      00000000",
    "1969-12-31T23:59:59.999Z,         00000000",
    "2059-05-25T17:38:27.456Z,         zzzzzzzz",
    "+1000000000-12-31T23:59:59.999Z,  zzzzzzzz"
  })
  void idsSortByTimeAndTimesThatNoneHasAreTheNearest(Instant time, String earliest) {
    assertEquals(earliest, MessageId.earliestAt(time));
  }

  @Test
  void anIdTellsWhenItsTransactionBegan() {
    var begun = Instant.parse("2026-11-27T10:00:00.123Z");
    assertEquals(begun, MessageId.time(MessageId.begunAt(begun.toEpochMilli(), Long.MAX_VALUE)));
    assertEquals(begun, MessageId.time(MessageId.of(begun, "1k2j3h-3o")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "x", "mwyt8hs0", "MWYT8HS0ABC", "mwyt8hs0 bc", "mi0zmx80é"})
  void whatIsNoIdHasNoTime(String text) {
    assertNull(MessageId.time(text));
  }

  @Test
  void norHasWhatIsTooLongForOne() {
    assertNull(MessageId.time("a".repeat(49)));
  }
}
