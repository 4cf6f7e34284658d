package dev.ipauth.local;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ipauth.local.command.Operator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which command the words on the command line are. */
class MainTest {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  private int type(Map<String, String> environment, String words) {
    return Main.carryOut(
        List.of(words.split(" ")),
        environment,
        new PrintStream(out, true, UTF_8),
        new PrintStream(err, true, UTF_8));
  }

  /** The first word of each line of the usage that has one. */
  private static List<String> commands() {
    return Pattern.compile("local\\.jar ([a-z-]+)")
        .matcher(Operator.USAGE)
        .results()
        .map(match -> match.group(1))
        .toList();
  }

  @Test
  void eachThatTheUsageNamesIsOneAndInTheManual(@TempDir Path folder) throws IOException {
    String manual = Files.readString(Path.of("../packages/ipauth-relay.8")).replace("\\-", "-");
    assertEquals(
        List.of("key", "address", "queue", "backup", "restore", "next-hop", "health"), commands());
    for (String command : commands()) {
      err.reset();
      type(Map.of("DATA_DIR", folder.toString(), "MANAGEMENT_PORT", "x"), command);
      assertFalse(err.toString(UTF_8).isEmpty(), command);
      assertNotEquals(Operator.USAGE, err.toString(UTF_8), command);
      assertTrue(manual.contains("\n.B " + command), command);
    }
  }

  /** A copy has to be possible however wrong a setting is that it doesn't need. */
  @Test
  void aSettingIsReadByTheCommandThatWantsIt(@TempDir Path parent) {
    var environment =
        Map.of("DATA_DIR", parent.resolve("data").toString(), "AUDIT_RETENTION", "long");
    for (String words : List.of("key list", "queue list", "backup " + parent.resolve("copy"))) {
      assertEquals(0, type(environment, words), () -> words + ": " + err.toString(UTF_8));
    }
    assertEquals(2, type(environment, "address release 198.51.100.7 jane"));
    assertTrue(
        err.toString(UTF_8).contains("AUDIT_RETENTION=long can't be used"), err.toString(UTF_8));
  }

  @ParameterizedTest
  @ValueSource(strings = {"start", "--help", "health now", "nexthop check", "train twice"})
  void anyOtherGetsTheUsage(String words) {
    assertEquals(2, type(Map.of(), words));
    assertEquals(Operator.USAGE, err.toString(UTF_8));
  }

  @Test
  void theNextHopIsTried() throws IOException {
    int closed;
    try (var socket = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
      closed = socket.getLocalPort();
    }
    assertEquals(1, type(Map.of("NEXT_HOP", "smtp://127.0.0.1:" + closed), "next-hop check"));
    assertTrue(out.toString(UTF_8).contains("connect   failed: "), out.toString(UTF_8));
    assertEquals(1, type(Map.of(), "next-hop check"));
    assertTrue(err.toString(UTF_8).contains("NEXT_HOP"), err.toString(UTF_8));
  }
}
