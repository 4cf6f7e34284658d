package dev.ipauth.local;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static software.amazon.awssdk.services.dynamodb.model.AttributeValue.fromN;
import static software.amazon.awssdk.services.dynamodb.model.AttributeValue.fromS;

import dev.ipauth.local.command.Operating;
import dev.ipauth.local.data.DataDir;
import dev.ipauth.local.data.Tables;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Commands to a platform that runs, and what a copy of it brings back. */
class RunningCommandsTest {
  private static final String SCANNER = "127.0.0.23";

  private final Path folder;
  private final Path copy;
  private final Operating operator;

  RunningCommandsTest(@TempDir Path parent) {
    folder = parent.resolve("data");
    copy = parent.resolve("copy.zip");
    operator = new Operating(folder);
  }

  private Platform start(String signIn) {
    Map<String, String> environment =
        new HashMap<>(
            Map.of(
                "HTTP_PORT", "0", "SMTP_PORTS", "0", "SMTPS_PORTS", "0", "MANAGEMENT_PORT", "0"));
    environment.put("DATA_DIR", folder.toString());
    environment.put("SIGN_IN", signIn);
    return Platform.start(environment, OutputStream.nullOutputStream());
  }

  @Test
  void aKeyHoldsAtOnceAndIsNoGoodAtOnce() throws Exception {
    try (Platform platform = start("key");
        HttpClient http = HttpClient.newHttpClient()) {
      String key = operator.type("key add acme laptop").lines().getFirst();
      var request =
          HttpRequest.newBuilder(URI.create(platform.http() + "/v1/caller"))
              .header("Authorization", "Bearer " + key)
              .build();
      assertEquals(200, http.send(request, BodyHandlers.ofString()).statusCode());
      assertEquals(0, operator.type("key remove laptop").status());
      assertEquals(401, http.send(request, BodyHandlers.ofString()).statusCode());
    }
  }

  @Test
  void anAddressIsTakenFromWhoeverHasIt() throws Exception {
    try (Platform platform = start("anyone");
        Api squatter = new Api(platform, "squatter");
        Api owner = new Api(platform, "owner")) {
      squatter.create("theirs");
      squatter.nominate("theirs", SCANNER);
      owner.create("scanner-2f");
      assertEquals(409, owner.nominate("scanner-2f", SCANNER).statusCode());

      var released = operator.type("address release " + SCANNER + " jane, ticket 4711");

      assertEquals(0, released.status(), released.err());
      assertEquals(List.of(SCANNER + "\ttheirs\tsquatter"), released.lines());
      String trail = squatter.get("/v1/smtp-users/theirs/audit").body();
      assertTrue(trail.contains("\"by\":\"operator: jane, ticket 4711\""), trail);
      assertTrue(trail.contains("\"what\":\"ip-authentication-removed\""), trail);
      assertEquals(200, owner.nominate("scanner-2f", SCANNER).statusCode());
    }
    var offline = operator.type("address release ::ffff:" + SCANNER + " jane");
    assertEquals(List.of(SCANNER + "\tscanner-2f\towner"), offline.lines(), offline.err());
    assertEquals(1, operator.type("address release " + SCANNER + " jane").status(), "it is free");
    assertEquals(2, operator.type("address release 127.1 jane").status());
    for (List<String> nobody : List.of(List.<String>of(), List.of(""), List.of(" ", "\t"))) {
      var words = Stream.concat(Stream.of("address", "release", SCANNER), nobody.stream()).toList();
      var refused = operator.type(words);
      assertEquals(2, refused.status(), "who does so?");
      assertTrue(refused.err().startsWith("usage: address release IP BY"), refused.err());
    }
  }

  @Test
  void aCopyThatWasMadeWhileItRanBringsBackWhatWasThere() throws Exception {
    String password;
    try (Platform platform = start("anyone");
        Api acme = new Api(platform, "acme")) {
      password = acme.create("scanner-2f");
      acme.nominate("scanner-2f", SCANNER);
      operator.type("key add acme laptop");
      var made = operator.type("backup " + copy);
      assertEquals(0, made.status(), made.err());
      assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(copy)));
      acme.release("scanner-2f");
      operator.type("key remove laptop");
      assertEquals(2, operator.type("restore --replace " + copy).status(), "while it runs");
    }
    assertEquals(1, operator.type("restore " + copy).status(), "over what is there");
    var restored = operator.type("restore " + copy + " --replace");

    assertEquals(0, restored.status(), restored.err());
    assertTrue(restored.lines().getFirst().startsWith(SCANNER + "\tscanner-2f\tacme\t"));
    assertTrue(operator.type("key list").out().startsWith("laptop\tacme\t"));
    try (Platform platform = start("anyone");
        Device device = Device.at(SCANNER, platform);
        Device elsewhere = Device.overTls("127.0.0.99", platform)) {
      assertTrue(device.send("Subject: hello\r\n\r\nHello.\r\n").startsWith("250 "));
      elsewhere.say("EHLO device");
      assertTrue(elsewhere.authenticate("scanner-2f", password).startsWith("235 "));
    }
  }

  @Test
  void ontoAnotherMachineItGoesWithoutReplacingAnything() throws Exception {
    try (Platform platform = start("anyone");
        Api acme = new Api(platform, "acme")) {
      acme.create("scanner-2f");
      acme.nominate("scanner-2f", SCANNER);
    }
    assertEquals(0, operator.type("backup " + copy).status(), "while none runs");
    var other = new Operating(copy.resolveSibling("other"));
    var restored = other.type("restore " + copy);
    assertEquals(0, restored.status(), restored.err());
    assertEquals(1, restored.lines().size());
  }

  /** What is queued is in no copy, and none takes it away. */
  @Test
  void theQueueIsLeftAlone() throws IOException {
    putIntoQueue("before");
    assertEquals(0, operator.type("backup " + copy).status());
    putIntoQueue("after");
    assertEquals(0, operator.type("restore --replace " + copy).status());
    assertEquals(List.of("after", "before"), queued());
  }

  /** Texts whose recipients nobody knows any more go aside: the relay would sweep them. */
  @ParameterizedTest
  @ValueSource(strings = {"gone", "damaged", "made anew"})
  void textsOfAQueueThatIsLostAreKept(String tables) throws IOException {
    putIntoQueue("before");
    assertEquals(0, operator.type("backup " + copy).status());
    Path queue = Files.createDirectory(folder.resolve("queue"));
    Files.createFile(queue.resolve("OFFERS"));
    Files.createFile(queue.resolve(".lock"));
    Path text = Files.writeString(queue.resolve("01jdtext"), "Subject: a scan\r\n");
    Files.delete(folder.resolve("tables.db"));
    switch (tables) {
      case "damaged" ->
          Files.writeString(folder.resolve("tables.db"), "no database any more".repeat(99));
      case "made anew" -> Tables.in(folder.resolve("tables.db")).close();
      default -> assertEquals("gone", tables);
    }
    var restored = operator.type("restore --replace " + copy);

    assertEquals(0, restored.status(), restored.err());
    assertTrue(restored.err().contains("won't be delivered"), restored.err());
    assertEquals(List.of(), queued());
    assertFalse(Files.exists(text));
    String aside = names().stream().filter(name -> name.startsWith("replaced-")).findFirst().get();
    assertTrue(Files.exists(folder.resolve(aside).resolve("queue/01jdtext")), aside);
    assertTrue(restored.err().contains(aside), restored.err());
  }

  @Test
  void aQueueWithoutTextsIsNotMissed() throws IOException {
    assertEquals(0, operator.type("backup " + copy).status());
    Files.delete(folder.resolve("tables.db"));
    Path queue = Files.createDirectory(folder.resolve("queue"));
    Files.createFile(queue.resolve("OFFERS"));
    var restored = operator.type("restore --replace " + copy);
    assertEquals(0, restored.status(), restored.err());
    assertFalse(restored.err().contains("won't be delivered"), restored.err());
  }

  private void putIntoQueue(String id) throws IOException {
    try (DataDir held = DataDir.hold(folder.toString());
        var tables = Tables.in(held.tables())) {
      var row = Map.of("id", fromS(id), "shard", fromS("0"), "due", fromN("1"));
      tables.client().putItem(put -> put.tableName("Queue").item(row));
    }
  }

  private List<String> queued() throws IOException {
    try (DataDir held = DataDir.hold(folder.toString());
        var tables = Tables.in(held.tables())) {
      return tables.client().scan(scan -> scan.tableName("Queue")).items().stream()
          .map(row -> row.getOrDefault("id", fromS("")).s())
          .sorted()
          .toList();
    }
  }

  @Test
  void whatIsNoCopyChangesNothing() throws IOException {
    putIntoQueue("before");
    operator.type("backup " + copy);
    byte[] whole = Files.readAllBytes(copy);
    byte[] tables = Files.readAllBytes(folder.resolve("tables.db"));
    byte[] flipped = whole.clone();
    flipped[whole.length / 4] ^= 1;
    for (byte[] damaged :
        List.of(
            new byte[0],
            "no copy".getBytes(UTF_8),
            Arrays.copyOf(whole, whole.length - 1),
            Arrays.copyOf(whole, whole.length / 2),
            flipped)) {
      Files.write(copy, damaged);
      var said = operator.type("restore --replace " + copy);
      assertEquals(2, said.status(), said.err());
      assertEquals(1, said.err().lines().count(), said.err());
      assertArrayEquals(tables, Files.readAllBytes(folder.resolve("tables.db")));
    }
    assertEquals(List.of("lock", "tables.db"), names());
  }

  /** Either it is refused and nothing has changed, or what comes back is what was copied. */
  @Test
  void noOctetThatIsDamagedComesBack() throws IOException {
    putIntoQueue("waits");
    operator.type("key add acme laptop");
    Files.writeString(folder.resolve("password-pepper"), "cGVwcGVy".repeat(8));
    assertEquals(0, operator.type("backup " + copy).status());
    byte[] whole = Files.readAllBytes(copy);
    Path damaged = copy.resolveSibling("damaged.zip");
    Map<String, String> before = contents();
    // What says what is where is at the end; each file has its name before it.
    for (int i = 0; i < whole.length; i += i < 40 || i > whole.length - 200 ? 1 : 101) {
      byte[] flipped = whole.clone();
      flipped[i] ^= (byte) (1 << i % 8);
      Files.write(damaged, flipped);

      var said = operator.type("restore --replace " + damaged);

      int at = i;
      assertTrue(said.status() == 0 || said.status() == 2, () -> at + ": " + said);
      assertEquals(before, contents(), () -> at + ": " + said);
      if (said.status() == 0) {
        assertEquals(List.of("waits"), queued());
      }
    }
  }

  /** But for what went aside; and for the tables, which are the same in other octets. */
  private Map<String, String> contents() throws IOException {
    Map<String, String> contents = new HashMap<>();
    for (String name : names()) {
      Path file = folder.resolve(name);
      if (name.startsWith("replaced-")) {
        try (Stream<Path> files = Files.list(file)) {
          for (Path aside : files.toList()) {
            Files.delete(aside);
          }
        }
        Files.delete(file);
      } else {
        contents.put(name, name.equals("tables.db") ? "" : Files.readString(file));
      }
    }
    return contents;
  }

  @Test
  void whatLacksTablesOrHasMoreIsNoCopy() throws IOException {
    operator.type("key add acme laptop");
    for (Map<String, String> files :
        List.of(
            Map.of("tables.db", "", "keys", ""),
            Map.of("keys", ""),
            Map.of("tables.db", "SQLite format 3", "keys", ""))) {
      zip(files);
      assertEquals(2, operator.type("restore --replace " + copy).status(), files::toString);
      assertEquals(1, operator.type("key list").lines().size());
    }
    assertEquals(0, operator.type("backup " + copy).status());
    try (FileSystem zip = FileSystems.newFileSystem(copy)) {
      Files.writeString(zip.getPath("password-peppes"), "cGVwcGVy".repeat(8));
    }
    assertEquals(2, operator.type("restore --replace " + copy).status());
  }

  private void zip(Map<String, String> files) throws IOException {
    Files.deleteIfExists(copy);
    try (FileSystem zip = FileSystems.newFileSystem(copy, Map.of("create", "true"))) {
      for (var file : files.entrySet()) {
        Files.writeString(zip.getPath(file.getKey()), file.getValue());
      }
    }
  }

  /** Each of them is whole, or says that it isn't. */
  @Test
  void copiesThatAreMadeAtTheSameTimeAreEachWhole() throws Exception {
    try (Platform platform = start("anyone");
        Api acme = new Api(platform, "acme");
        var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      acme.create("scanner-2f");
      acme.nominate("scanner-2f", SCANNER);
      for (int round = 0; round < 5; round++) {
        List<Path> copies =
            IntStream.range(0, 4).mapToObj(i -> copy.resolveSibling("copy-" + i)).toList();
        List<Callable<Operating.Said>> backups =
            copies.stream()
                .<Callable<Operating.Said>>map(file -> () -> operator.type("backup " + file))
                .toList();
        for (Future<Operating.Said> made : threads.invokeAll(backups)) {
          assertEquals(0, made.get().status(), made.get().err());
        }
        for (Path file : copies) {
          var other = new Operating(copy.resolveSibling("other"));
          var restored = other.type("restore --replace " + file);
          assertEquals(0, restored.status(), restored.err());
          assertEquals(1, restored.lines().size(), restored.out());
        }
      }
      assertEquals(List.of(), names().stream().filter(n -> n.startsWith(".backup")).toList());
    }
  }

  @Test
  void whatAKilledBackupLeftGoesWithTheNextHolder() throws IOException {
    Files.createDirectories(folder);
    Files.writeString(folder.resolve(".backup4711.tmp"), "half of the tables");
    operator.type("key list");
    assertFalse(names().contains(".backup4711.tmp"));
  }

  private List<String> names() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  /** A power cut while files are put in their places: any later start goes on with it. */
  @Test
  void whatAPowerCutEndedIsFinishedByTheNextStart() throws IOException {
    putIntoQueue("now");
    operator.type("key add acme now");
    byte[] present = Files.readAllBytes(folder.resolve("tables.db"));
    Path restored = Files.createDirectory(folder.resolve("restored"));
    Files.write(restored.resolve("tables.db"), present);
    Files.writeString(restored.resolve("keys"), "");
    Files.writeString(folder.resolve("tables.db-wal"), "of the database that goes");

    assertEquals("", operator.type("key list").out());
    assertFalse(Files.exists(restored));
    assertFalse(Files.exists(folder.resolve("tables.db-wal")));
    assertEquals(List.of("now"), queued());
  }
}
