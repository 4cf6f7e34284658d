package dev.ipauth.local.http;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whose requests are answered on one machine. */
class HostsTest {
  @ParameterizedTest
  @CsvSource({
    "localhost, true",
    "localhost:8080, true",
    "LOCALHOST:8080, true",
    "127.0.0.1:8080, true",
    "[::1]:8080, true",
    "[::1], true",
    "rebound.example, false",
    "localhost.example:8080, false",
    "127.0.0.1.example, false",
    "localhost:8080.example, false",
    "'', false"
  })
  void onlyThisMachineIsMeant(String host, boolean expected) {
    assertEquals(expected, Hosts.only("localhost", "127.0.0.1", "[::1]").include(host), host);
  }
}
