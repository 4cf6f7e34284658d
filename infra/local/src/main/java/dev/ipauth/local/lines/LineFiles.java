package dev.ipauth.local.lines;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.ipauth.local.data.SecretFile;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Lines in files, in their order, until somebody has taken them. A file is begun for every
 * megabyte; one that is taken is deleted. What a process left behind is taken by the next: some of
 * it perhaps once more, which the recorder doesn't mind.
 *
 * <p>Not synced: a power cut may cost lines, never mail. Thread-safe.
 */
final class LineFiles implements AutoCloseable {
  private static final long FILE_OCTETS = 1 << 20;
  private static final int RADIX = 36;
  private static final int DIGITS = 8;

  private final Path folder;
  private final long mostOctets;
  private OutputStream out;
  private Path writing;
  private long number;
  private long octets;
  private long kept;
  private long lost;

  /**
   * Makes the folder if it isn't there, and begins a file in it.
   *
   * @param mostOctets of all files together; what is beyond is lost, and counted
   */
  LineFiles(Path folder, long mostOctets) throws IOException {
    this.folder = Files.createDirectories(folder);
    this.mostOctets = mostOctets;
    for (Path file : files()) {
      this.number = Long.parseLong(file.getFileName().toString(), RADIX);
      this.kept += Files.size(file);
    }
    this.writing = next();
    this.out = open(writing);
  }

  private Path next() {
    String name = Long.toString(++number, RADIX);
    return folder.resolve("0".repeat(Math.max(0, DIGITS - name.length())) + name);
  }

  private static OutputStream open(Path file) throws IOException {
    return Files.newOutputStream(SecretFile.create(file), StandardOpenOption.WRITE);
  }

  /** Those that there are, oldest first. */
  private List<Path> files() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(file -> file.getFileName().toString().matches("[0-9a-z]{8}"))
          .sorted()
          .toList();
    }
  }

  /** Adds whole lines. */
  synchronized void write(byte[] lines, int from, int length) throws IOException {
    if (kept + length > mostOctets) {
      lost += length;
      return;
    }
    if (octets + length > FILE_OCTETS) {
      begin();
    }
    out.write(lines, from, length);
    octets += length;
    kept += length;
  }

  private void begin() throws IOException {
    out.close();
    writing = next();
    out = open(writing);
    octets = 0;
  }

  /** Octets that there was no room for, since this was asked last. */
  synchronized long lost() {
    long now = lost;
    lost = 0;
    return now;
  }

  /** Files that aren't written to any more, oldest first, until they are {@link #taken}. */
  synchronized List<Path> waiting() throws IOException {
    if (octets > 0) {
      begin();
    }
    List<Path> waiting = new ArrayList<>(files());
    waiting.remove(writing);
    return waiting;
  }

  /** A file's lines. What isn't UTF-8 isn't the relay's. */
  static List<String> read(Path file) throws IOException {
    return new String(Files.readAllBytes(file), UTF_8).lines().toList();
  }

  synchronized void taken(Path file) throws IOException {
    kept -= Files.size(file);
    Files.delete(file);
  }

  @Override
  public synchronized void close() throws IOException {
    out.close();
    if (octets == 0) {
      Files.deleteIfExists(writing);
    }
    if (files().isEmpty()) {
      Files.deleteIfExists(folder);
    }
  }
}
