package dev.ipauth.relay.onward;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;

class NextHopAddressTest {

  @ParameterizedTest(name = "{0}")
  @CsvFileSource(resources = "next-hop-addresses.csv", delimiter = '|', numLinesToSkip = 1)
  void readsTheSetting(String written, String read, String refusal) {
    if (refusal == null) {
      assertEquals(read, NextHopAddress.parse(written).toString());
    } else {
      var refused =
          assertThrows(IllegalArgumentException.class, () -> NextHopAddress.parse(written));
      assertEquals(refusal, refused.getMessage());
    }
  }
}
