package dev.ipauth.local.data;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.UserPrincipal;

/** Writes a file of its owner's alone that is there whole or not at all, after a power cut too. */
final class SecretFile {
  private SecretFile() {}

  static void write(Path file, String text) throws IOException {
    Path folder = requireNonNull(file.toAbsolutePath().getParent());
    // Mode 0600, as every temporary file of Java's.
    Path beside = Files.createTempFile(folder, "." + file.getFileName(), null);
    try {
      try (FileChannel channel = FileChannel.open(beside, StandardOpenOption.WRITE)) {
        ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(UTF_8));
        while (bytes.hasRemaining()) {
          channel.write(bytes);
        }
        channel.force(true);
      }
      ownAs(folder, beside);
      Files.move(beside, file, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(beside);
    }
    sync(folder);
  }

  /** Syncs the names of a folder's files. */
  static void sync(Path folder) throws IOException {
    try (FileChannel entries = FileChannel.open(folder, StandardOpenOption.READ)) {
      entries.force(true);
    }
  }

  /** What root makes in a folder of somebody else's is theirs: they have to read it. */
  static void ownAs(Path folder, Path file) throws IOException {
    UserPrincipal owner = Files.getOwner(folder);
    if (!Files.getOwner(file).equals(owner)) {
      Files.setOwner(file, owner);
    }
  }
}
