package dev.ipauth.local.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ipauth.local.data.DataDir;
import java.io.IOException;
import java.io.PrintStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is typed where no platform runs, and how a running one is asked. */
class OperatorTest {
  private final Path folder;

  OperatorTest(@TempDir Path folder) {
    this.folder = folder;
  }

  private Operating operator() {
    return new Operating(folder);
  }

  @Test
  void aKeyIsShownOnceAndListedWithoutItself() {
    var added = operator().type("key add acme laptop");
    assertEquals(0, added.status(), added.err());
    String secret = added.lines().getFirst();
    assertTrue(secret.startsWith("ipk_") && added.lines().size() == 1, added.out());

    var made = operator().type("key add globex");
    assertTrue(made.err().contains(" key-"), made.err());
    var list = operator().type("key list");
    assertEquals(2, list.lines().size());
    assertTrue(list.lines().get(1).matches("laptop\tacme\t[0-9TZ:-]+"), list.out());
    assertFalse(list.out().contains(secret));

    assertEquals(1, operator().type("key add globex laptop").status());
    assertEquals(0, operator().type("key remove laptop").status());
    assertEquals(1, operator().type("key remove laptop").status());
    assertEquals(1, operator().type("key list").lines().size());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "key",
        "key add",
        "key add a b c",
        "key add -x",
        "key add acme -x",
        "key list all",
        "key remove",
        "backup",
        "backup a b",
        "backup /nowhere/copy",
        "restore",
        "restore --replace",
        "restore a b",
        "restore --force a",
        "restore /nowhere/copy",
        "restore /"
      })
  void whatIsNotUnderstoodIsSaidAndChangesNothing(String command) {
    var said = operator().type(command);

    assertEquals(2, said.status());
    assertFalse(said.err().isBlank());
    assertEquals("", said.out());
  }

  /** An answer from a process that isn't a platform, so that each part of it can be seen. */
  private CommandSocket listening(Commands commands) {
    return CommandSocket.open(folder.resolve(DataDir.SOCKET), commands);
  }

  @Test
  void aRunningPlatformHearsEveryWordAndItsAnswerComesWhole() throws IOException {
    String much = "x".repeat(200_000);
    Commands echo =
        (List<String> words, PrintStream out, PrintStream err) -> {
          out.println(words);
          out.println(much);
          err.println("and on the other stream");
          return 7;
        };
    try (DataDir _ = DataDir.hold(folder.toString());
        CommandSocket _ = listening(echo)) {
      assertEquals(
          "rw-------",
          PosixFilePermissions.toString(
              Files.getPosixFilePermissions(folder.resolve(DataDir.SOCKET))));
      var said = operator().type(List.of("key", "add", "Müller & Söhne"));

      assertEquals(7, said.status());
      assertEquals(List.of("[key, add, Müller & Söhne]", much), said.lines());
      assertEquals("and on the other stream\n", said.err());
    }
    assertFalse(Files.exists(folder.resolve(DataDir.SOCKET)));
  }

  @Test
  void aPlatformThatEndsInMidAnswerIsAFailure() throws IOException {
    Commands failing =
        (List<String> words, PrintStream out, PrintStream err) -> {
          throw new IllegalStateException("on purpose");
        };
    try (DataDir _ = DataDir.hold(folder.toString());
        CommandSocket _ = listening(failing)) {
      var said = operator().type("key list");
      assertEquals(1, said.status());
      assertTrue(said.err().contains("gave no answer"), said.err());
    }
  }

  @Test
  void whatAProcessThatWasKilledLeftIsNoPlatform() throws IOException {
    try (var left = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      left.bind(UnixDomainSocketAddress.of(folder.resolve(DataDir.SOCKET)));
    }
    assertEquals(0, operator().type("key add acme").status());
    try (DataDir _ = DataDir.hold(folder.toString());
        CommandSocket _ = listening((_, _, _) -> 0)) {
      assertEquals(0, operator().type("key list").status());
    }
  }
}
