package dev.ipauth.local.data;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;

/** Writes a file of its owner's alone that is there whole or not at all, after a power cut too. */
public final class SecretFile {
  private static final FileAttribute<?> OWNERS_ALONE =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

  /** What goes into a file. */
  public interface Contents {
    /** Writes it; whether it is to be kept. */
    boolean writeTo(OutputStream out) throws IOException;
  }

  private SecretFile() {}

  static void write(Path file, String text) throws IOException {
    write(
        file,
        out -> {
          out.write(text.getBytes(UTF_8));
          return true;
        });
  }

  /** One that is there already stays as it is until the new one is whole. */
  public static void write(Path file, Contents contents) throws IOException {
    Path folder = requireNonNull(file.toAbsolutePath().getParent());
    // Mode 0600, as every temporary file of Java's.
    Path beside = Files.createTempFile(folder, "." + file.getFileName(), null);
    try {
      boolean isKept;
      try (FileChannel channel = FileChannel.open(beside, StandardOpenOption.WRITE)) {
        isKept = contents.writeTo(Channels.newOutputStream(channel));
        channel.force(true);
      }
      if (isKept) {
        Files.move(beside, file, StandardCopyOption.ATOMIC_MOVE);
        sync(folder);
      }
    } finally {
      Files.deleteIfExists(beside);
    }
  }

  /** An empty one. */
  public static Path create(Path file) throws IOException {
    return Files.createFile(file, OWNERS_ALONE);
  }

  /** Syncs the names of a folder's files. */
  static void sync(Path folder) throws IOException {
    try (FileChannel entries = FileChannel.open(folder, StandardOpenOption.READ)) {
      entries.force(true);
    }
  }
}
