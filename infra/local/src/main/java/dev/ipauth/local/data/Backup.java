package dev.ipauth.local.data;

import dev.ipauth.embedded.EmbeddedTables;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * A copy of tables, pepper and keys: a zip file with a database of SQLite and two files of text. It
 * is the tables as they were at one instant, whatever is written meanwhile. What the queue holds
 * isn't in it: it will have been delivered by the time that the copy is put back.
 */
public final class Backup {
  private Backup() {}

  /**
   * Writes one.
   *
   * @param tables those of the folder
   * @param out stays the caller's to close
   * @return whether the pepper is in it; it isn't where the environment says it
   * @throws IOException when there is no room beside the tables, or it can't be written
   */
  public static boolean write(DataDir folder, EmbeddedTables tables, OutputStream out)
      throws IOException {
    Path copy = folder.temporary();
    try {
      var zip = new ZipOutputStream(out);
      tables.copyTo(copy, List.of(Tables.QUEUE));
      add(zip, folder.tables(), copy);
      boolean hasPepper = Files.exists(folder.pepper());
      if (hasPepper) {
        add(zip, folder.pepper(), folder.pepper());
      }
      addKeys(zip, folder.keyFile());
      zip.finish();
      zip.flush();
      return hasPepper;
    } finally {
      Files.deleteIfExists(copy);
    }
  }

  private static void add(ZipOutputStream zip, Path as, Path file) throws IOException {
    zip.putNextEntry(new ZipEntry(as.getFileName().toString()));
    Files.copy(file, zip);
    zip.closeEntry();
  }

  /** None are an empty file: putting back the copy takes away later keys. */
  private static void addKeys(ZipOutputStream zip, Path keys) throws IOException {
    if (Files.exists(keys)) {
      add(zip, keys, keys);
    } else {
      zip.putNextEntry(new ZipEntry(keys.getFileName().toString()));
      zip.closeEntry();
    }
  }
}
