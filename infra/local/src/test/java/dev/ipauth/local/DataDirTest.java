package dev.ipauth.local;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ipauth.embedded.UnusableDatabase;
import dev.ipauth.local.data.DataDir;
import dev.ipauth.settings.BadSettings;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of {@code DATA_DIR}, and of the tables' port. */
class DataDirTest {
  private static Platform start(String variable, String value) {
    Map<String, String> environment =
        new HashMap<>(
            Map.of(
                "HTTP_PORT", "0", "SMTP_PORTS", "0", "SMTPS_PORTS", "0", "MANAGEMENT_PORT", "0"));
    environment.put(variable, value);
    return Platform.start(environment, OutputStream.nullOutputStream());
  }

  @Test
  void allInItIsItsOwnersAlone(@TempDir Path parent) throws IOException {
    Path folder = parent.resolve("new/data");
    Files.createDirectories(folder);
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
    Files.writeString(folder.resolve("earlier"), "by an earlier version");
    try (Platform _ = start("DATA_DIR", folder.toString());
        Stream<Path> all = Files.walk(folder)) {
      Map<String, String> modes = new TreeMap<>();
      for (Path file : all.toList()) {
        modes.put((Files.isDirectory(file) ? "d " : "f ") + folder.relativize(file), mode(file));
      }
      assertTrue(
          modes
              .keySet()
              .containsAll(
                  List.of(
                      "d ",
                      "d queue",
                      "d held",
                      "d lines",
                      "f lines/00000001",
                      "f tables.db",
                      "f password-pepper",
                      "f lock",
                      "f socket",
                      "f earlier")),
          modes::toString);
      modes.forEach(
          (file, mode) ->
              assertEquals(file.startsWith("d") ? "rwx------" : "rw-------", mode, file));
    }
  }

  @Test
  void theRootOfAVolumeKeepsWhatIsTheFileSystems(@TempDir Path folder) throws IOException {
    Path found = Files.createDirectory(folder.resolve("lost+found"));
    Files.setPosixFilePermissions(found, PosixFilePermissions.fromString("rwxr-xr-x"));
    DataDir.hold(folder.toString()).close();
    assertEquals("rwxr-xr-x", mode(found));
  }

  /** Only root can be in somebody else's folder. */
  @Test
  @EnabledIf("isRoot")
  void whatRootLeavesThereIsItsOwnersButForTheFileSystems(@TempDir Path folder) throws IOException {
    Path found = Files.createDirectory(folder.resolve("lost+found"));
    Path subfolder = Files.createDirectories(folder.resolve("queue"));
    Path text = Files.createFile(subfolder.resolve("text"));
    var nobody =
        folder.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName("nobody");
    Files.setOwner(folder, nobody);
    DataDir.hold(folder.toString()).close();
    for (Path file : List.of(folder.resolve("lock"), subfolder, text)) {
      assertEquals(nobody, Files.getOwner(file), file::toString);
    }
    assertEquals("root", Files.getOwner(found).getName());
  }

  static boolean isRoot() {
    return System.getProperty("user.name").equals("root");
  }

  private static String mode(Path path) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
  }

  /** Above all, the tables are closed and the folder is let go of. */
  @Test
  void whatDoesNotStopKeepsNothingElseFromIt(@TempDir Path folder) throws IOException {
    Platform platform = start("DATA_DIR", folder.toString());
    Path lines = folder.resolve("lines");
    try (Stream<Path> files = Files.list(lines)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }
    Files.delete(lines);
    var failed = assertThrows(IllegalStateException.class, platform::close);
    assertTrue(String.valueOf(failed.getMessage()).startsWith("RecordedLines "));
    assertTrue(Files.notExists(folder.resolve("tables.db-wal")));
    DataDir.hold(folder.toString()).close();
  }

  /** A container's /tmp is memory, and so is Debian 13's. */
  @Test
  void whatIsHeldWhileItPassesIsThereToo(@TempDir Path folder) throws IOException {
    Path held = folder.toRealPath().resolve("held");
    Files.createDirectory(held);
    Files.createFile(held.resolve("held-4711"));
    try (DataDir data = DataDir.hold(folder.toString())) {
      assertEquals(held.toString(), heldDir(Map.of(), data));
      assertEquals("rwx------", mode(held));
      try (Stream<Path> left = Files.list(held)) {
        assertEquals(List.of(), left.toList());
      }
      assertEquals("/elsewhere", heldDir(Map.of("QUEUE_HELD_DIR", "/elsewhere"), data));
    }
  }

  @Test
  void whatABackUpLeftWhenItWasKilledGoes(@TempDir Path folder) throws IOException {
    for (String end : List.of("", "-journal", "-wal", "-shm")) {
      Files.createFile(folder.resolve(".backup4711.tmp" + end));
    }
    DataDir.hold(folder.toString()).close();
    try (Stream<Path> left = Files.list(folder)) {
      assertEquals(List.of(folder.resolve("lock")), left.toList());
    }
  }

  @Test
  void whatSomebodyElseHasPutThereStays(@TempDir Path parent) throws IOException {
    Path dataDir = parent.resolve("data");
    Path held = Files.createDirectories(dataDir.resolve("held"));
    Path folder = Files.createDirectory(held.resolve("held-back"));
    Path elsewhere = Files.createDirectory(parent.resolve("elsewhere"));
    List<Path> theirs =
        List.of(
            Files.createFile(dataDir.resolve(".backup-2026-11.zip")),
            Files.createFile(dataDir.resolve(".backup4711.zip")),
            Files.createFile(held.resolve("scans.tar")),
            Files.createFile(held.resolve("held-2026-11.tar")),
            Files.createFile(folder.resolve("scan.pdf")),
            Files.createFile(elsewhere.resolve("held-over")));
    try (DataDir data = DataDir.hold(dataDir.toString())) {
      heldDir(Map.of(), data);
      Files.move(held, parent.resolve("moved"));
      Files.createSymbolicLink(held, elsewhere);
      heldDir(Map.of(), data);
      Files.delete(held);
      heldDir(Map.of("QUEUE_HELD_DIR", "/elsewhere"), data);
      assertTrue(Files.notExists(held));
    }
    Files.move(parent.resolve("moved"), held);
    theirs.forEach(file -> assertTrue(Files.exists(file), file::toString));
  }

  private static @Nullable String heldDir(Map<String, String> environment, DataDir data) {
    return Defaults.complete(environment, Optional.of(data), Optional.empty())
        .get("QUEUE_HELD_DIR");
  }

  @Test
  void aFolderThatCannotBeKeptIsABadSetting(@TempDir Path folder) throws IOException {
    Path file = Files.createFile(folder.resolve("file"));
    assertEquals(1, linesOf(file).size());
    Path earlier = Files.createDirectory(folder.resolve("old"));
    Files.createFile(earlier.resolve("shared-local-instance.db"));
    assertTrue(linesOf(earlier).getFirst().contains("earlier version"));
  }

  private static List<String> linesOf(Path folder) {
    return assertThrows(BadSettings.class, () -> start("DATA_DIR", folder.toString())).lines();
  }

  @Test
  void whatIsDamagedKeepsItFromStartingAndIsLeftAlone(@TempDir Path folder) throws IOException {
    start("DATA_DIR", folder.toString()).close();
    Path tables = folder.resolve("tables.db");
    byte[] whole = Files.readAllBytes(tables);
    Files.writeString(tables, "not a database any more, but long enough for a header".repeat(9));
    byte[] damaged = Files.readAllBytes(tables);
    var refused = assertThrows(UnusableDatabase.class, () -> start("DATA_DIR", folder.toString()));
    assertEquals(1, String.valueOf(refused.getMessage()).lines().count());
    assertEquals(damaged.length, Files.size(tables));
    Files.write(tables, whole);
    Files.writeString(folder.resolve("password-pepper"), "");
    assertTrue(linesOf(folder).getFirst().contains("is empty"));
    Files.delete(folder.resolve("password-pepper"));
    start("DATA_DIR", folder.toString()).close();
  }

  @Test
  void theTablesAreServedWhereThatIsAskedForAndNowhereElse() throws IOException {
    try (Platform platform = start("DYNAMODB_PORT", "0")) {
      String place = place(platform).getFirst();
      int port = Integer.parseInt(place.substring(place.lastIndexOf(':') + 1));
      new Socket(InetAddress.ofLiteral("127.0.0.1"), port).close();
      for (String other : List.of("127.0.0.2", "::1")) {
        assertThrows(
            IOException.class, () -> new Socket(InetAddress.ofLiteral(other), port).close(), other);
      }
    }
    try (Platform platform = start("DYNAMODB_PORT", "")) {
      assertEquals(List.of(), place(platform));
    }
  }

  private static List<String> place(Platform platform) {
    return platform.places().stream().filter(place -> place.startsWith("DynamoDB")).toList();
  }
}
