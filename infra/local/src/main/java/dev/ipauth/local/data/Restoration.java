package dev.ipauth.local.data;

import static software.amazon.awssdk.services.dynamodb.model.AttributeValue.fromS;

import dev.ipauth.embedded.EmbeddedTables;
import dev.ipauth.embedded.UnusableDatabase;
import dev.ipauth.settings.BadSettings;
import java.io.EOFException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import java.util.zip.CheckedInputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * Puts a {@link Backup} back. It is unpacked and looked at in a folder of its own, which then gets
 * the name by which any later start knows that it is whole, and finishes what a power cut may have
 * ended. What was there goes aside, and isn't deleted.
 */
public final class Restoration {
  /**
   * What it did.
   *
   * @param addresses that may send again, a line each, with tabs between address, SMTP user,
   *     account and since when
   * @param queueIsLost whether the queue's rows couldn't be read, or are gone and have left texts
   * @param hasPepper whether the pepper was in the copy
   * @param aside where what was there is now; null when there was nothing
   */
  public record Outcome(
      List<String> addresses, boolean queueIsLost, boolean hasPepper, @Nullable Path aside) {}

  private static final String UNFINISHED = "restoring";
  private static final String WHOLE = "restored";
  // What else the relay keeps there has capitals or a dot.
  private static final Pattern TEXT = Pattern.compile("[0-9a-z]+");
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'", Locale.ROOT).withZone(ZoneOffset.UTC);

  private final DataDir folder;
  private final Path unfinished;

  private Restoration(DataDir folder) {
    this.folder = folder;
    this.unfinished = folder.path().resolve(UNFINISHED);
  }

  /**
   * Puts it back.
   *
   * @throws BadSettings when the file is no copy, or a damaged one; nothing has changed then
   */
  public static Outcome of(Path backup, DataDir folder) throws IOException {
    var restoration = new Restoration(folder);
    try {
      return restoration.putBack(backup);
    } catch (ZipException | EOFException | UnusableDatabase e) {
      throw new BadSettings(
          List.of("%s is no back-up, or a damaged one: %s".formatted(backup, e.getMessage())));
    } finally {
      delete(restoration.unfinished);
    }
  }

  private Outcome putBack(Path backup) throws IOException {
    delete(unfinished);
    Files.createDirectory(unfinished, DataDir.OWNERS_ALONE);
    boolean hasPepper = unpack(backup);
    KeyRing.in(unfinished.resolve(folder.keyFile().getFileName()));
    List<String> addresses;
    boolean queueIsLost;
    try (EmbeddedTables tables = Tables.in(unfinished.resolve(folder.tables().getFileName()))) {
      addresses = addresses(tables.client());
      queueIsLost = !keepsQueue(tables.client());
    }
    if (queueIsLost) {
      // The texts go aside: a relay would delete them, for none of its rows needs them.
      Files.createDirectory(unfinished.resolve(folder.queue().getFileName()), DataDir.OWNERS_ALONE);
    }
    sync(unfinished);
    Files.move(unfinished, folder.path().resolve(WHOLE), StandardCopyOption.ATOMIC_MOVE);
    SecretFile.sync(folder.path());
    return new Outcome(addresses, queueIsLost, hasPepper, finish(folder).orElse(null));
  }

  private boolean unpack(Path backup) throws IOException {
    String tables = folder.tables().getFileName().toString();
    String keys = folder.keyFile().getFileName().toString();
    String pepper = folder.pepper().getFileName().toString();
    try (ZipFile zip = new ZipFile(backup.toFile())) {
      for (ZipEntry entry : Collections.list(zip.entries())) {
        if (!List.of(tables, keys, pepper).contains(entry.getName())) {
          throw new ZipException(entry.getName() + " is in it, which no back-up has");
        }
      }
      extract(zip, tables);
      EmbeddedTables.refuseDamaged(unfinished.resolve(tables));
      extract(zip, keys);
      boolean hasPepper = zip.getEntry(pepper) != null;
      if (hasPepper) {
        extract(zip, pepper);
      }
      return hasPepper;
    }
  }

  /** {@link ZipFile} doesn't compare what it reads with its checksum. */
  private void extract(ZipFile zip, String name) throws IOException {
    ZipEntry entry = zip.getEntry(name);
    if (entry == null) {
      throw new ZipException(name + " isn't in it");
    }
    Path target = SecretFile.create(unfinished.resolve(name));
    var checksum = new CRC32();
    try (var in = new CheckedInputStream(zip.getInputStream(entry), checksum);
        var out = Files.newOutputStream(target)) {
      long length = in.transferTo(out);
      if (length != entry.getSize() || checksum.getValue() != entry.getCrc()) {
        throw new ZipException(name + " in it is damaged");
      }
    }
  }

  private static List<String> addresses(DynamoDbClient client) {
    return client.scanPaginator(scan -> scan.tableName("IpAuthentications")).items().stream()
        .map(row -> Stream.of("ip", "username", "accountId", "since").map(name -> text(row, name)))
        .map(columns -> String.join("\t", columns.toList()))
        .sorted()
        .toList();
  }

  private static String text(Map<String, AttributeValue> row, String name) {
    return row.getOrDefault(name, fromS("")).s();
  }

  /**
   * What the queue holds now stays in it.
   *
   * @return whether all of it does; what can't be read doesn't
   * @throws IOException when it can be read, and not be written; nothing has changed then
   */
  private boolean keepsQueue(DynamoDbClient restored) throws IOException {
    Optional<List<Map<String, AttributeValue>>> queued = queued();
    try {
      for (var row : queued.orElse(List.of())) {
        restored.putItem(put -> put.tableName(Tables.QUEUE).item(row));
      }
    } catch (SdkException e) {
      throw new IOException("what waits in the queue can't be written: " + e.getMessage(), e);
    }
    return queued.isPresent();
  }

  /**
   * The rows of what the queue holds; empty when they are gone, or can't be read. A start without
   * the tables makes them anew: no row, and texts, is a queue that is lost, too.
   */
  private Optional<List<Map<String, AttributeValue>>> queued() throws IOException {
    List<Map<String, AttributeValue>> rows = List.of();
    if (Files.exists(folder.tables())) {
      try (EmbeddedTables present = Tables.in(folder.tables())) {
        rows =
            present.client().scanPaginator(scan -> scan.tableName(Tables.QUEUE)).items().stream()
                .toList();
      } catch (UnusableDatabase | SdkException _) {
        return Optional.empty();
      }
    }
    return rows.isEmpty() && hasTexts() ? Optional.empty() : Optional.of(rows);
  }

  private boolean hasTexts() throws IOException {
    if (Files.notExists(folder.queue())) {
      return false;
    }
    try (Stream<Path> files = Files.list(folder.queue())) {
      return files.anyMatch(file -> TEXT.matcher(file.getFileName().toString()).matches());
    }
  }

  /**
   * Puts what is unpacked whole in its place, if there is any.
   *
   * @return where what was there is now; empty when there was nothing
   */
  static Optional<Path> finish(DataDir folder) throws IOException {
    Path whole = folder.path().resolve(WHOLE);
    if (Files.notExists(whole)) {
      return Optional.empty();
    }
    Path aside = unused(folder.path().resolve("replaced-" + TIME.format(Instant.now())));
    Path tables = folder.tables();
    // Its log is of no use to another database, and would spoil it.
    for (String log : List.of("-wal", "-shm")) {
      if (Files.exists(whole.resolve(tables.getFileName()))) {
        moveAside(tables.resolveSibling(tables.getFileName() + log), aside);
      }
    }
    for (Path file : List.of(tables, folder.pepper(), folder.keyFile(), folder.queue())) {
      Path restored = whole.resolve(file.getFileName());
      if (Files.exists(restored)) {
        moveAside(file, aside);
        SecretFile.sync(folder.path());
        Files.move(restored, file, StandardCopyOption.ATOMIC_MOVE);
      }
    }
    SecretFile.sync(folder.path());
    delete(whole);
    return Files.exists(aside) ? Optional.of(aside) : Optional.empty();
  }

  /** Two that are put back in the same second are aside in two places. */
  private static Path unused(Path wanted) {
    Path unused = wanted;
    for (int i = 2; Files.exists(unused); i++) {
      unused = wanted.resolveSibling(wanted.getFileName() + "-" + i);
    }
    return unused;
  }

  private static void moveAside(Path file, Path aside) throws IOException {
    if (Files.exists(file)) {
      Files.createDirectories(aside, DataDir.OWNERS_ALONE);
      Files.move(file, aside.resolve(file.getFileName()), StandardCopyOption.ATOMIC_MOVE);
      SecretFile.sync(aside);
    }
  }

  private static void sync(Path unpacked) throws IOException {
    try (Stream<Path> files = Files.list(unpacked)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
          channel.force(true);
        }
      }
    }
    SecretFile.sync(unpacked);
  }

  private static void delete(Path flat) throws IOException {
    if (Files.exists(flat)) {
      try (Stream<Path> files = Files.list(flat)) {
        for (Path file : files.toList()) {
          Files.delete(file);
        }
      }
      Files.delete(flat);
    }
  }
}
