package dev.ipauth.relay.message;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;

/** Whom a From field names; what another reader might read differently is refused. */
class FromFieldTest {
  @ParameterizedTest(name = "{0}")
  @CsvFileSource(
      resources = "from-fields.csv",
      delimiter = '|',
      numLinesToSkip = 1,
      quoteCharacter = '`')
  void namesItsAddressesOrIsRefused(String body, String addresses) {
    String written = body.equals("(empty)") ? "" : body.replace("\\s", " ").replace("\\0", "\0");
    assertEquals(
        addresses,
        FromField.addresses(written).map(all -> String.join(" ", all)).orElse("refused"));
  }

  @Test
  void nonsenseEndsInAnAnswer() {
    var random = new Random(20261123);
    for (int i = 0; i < 50_000; i++) {
      var body = new StringBuilder();
      for (int length = random.nextInt(30); length > 0; length--) {
        body.append("a@.<>(),:;\"\\[] \t".charAt(random.nextInt(16)));
      }
      Optional<List<String>> addresses = FromField.addresses(body.toString());
      addresses.ifPresent(all -> all.forEach(a -> assertEquals(a, a.strip(), body::toString)));
    }
  }

  /** Nesting is counted, not recursed into: a header's worth of it overflows no stack. */
  @Test
  void aHeaderFullOfNestingIsRefused() {
    for (String hostile : List.of("(", "a:", "<@a,", "\"", ",")) {
      assertEquals(Optional.empty(), FromField.addresses(hostile.repeat(100_000)), hostile);
    }
  }
}
