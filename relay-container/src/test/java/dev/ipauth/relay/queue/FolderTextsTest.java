package dev.ipauth.relay.queue;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FolderTextsTest {
  private static final byte[] TEXT = "Subject: a scan\r\n\r\nHello.\r\n".getBytes(US_ASCII);

  private final Path parent;
  private final Path folder;
  private final FolderTexts texts;

  FolderTextsTest(@TempDir Path parent) {
    this.parent = parent;
    folder = parent.resolve("queue");
    texts = FolderTexts.in(folder);
  }

  @Test
  void aTextIsThereAsItWasUntilItIsDeleted() throws IOException {
    texts.put("abc", Texts.Content.of(TEXT));
    try (InputStream in = texts.open("abc")) {
      assertArrayEquals(TEXT, in.readAllBytes());
    }
    texts.delete("abc");
    texts.delete("abc");

    assertThrows(FileNotFoundException.class, () -> texts.open("abc"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"nfs", "nfs4", "cifs", "smb3", "9p", "fuse.sshfs", "fuseblk"})
  void aFileSystemThatDoesntKeepWhatItSaysIsRefused(String type) {
    var refusal =
        assertThrows(IllegalArgumentException.class, () -> FolderTexts.refuseUnsafe(folder, type));
    assertTrue(
        String.valueOf(refusal.getMessage()).contains(" is on " + type), refusal::getMessage);
    FolderTexts.refuseUnsafe(folder, "ext4");
  }

  @Test
  void nobodyElseMayReadIt() throws IOException {
    texts.put("abc", Texts.Content.of(TEXT));

    assertEquals("rw-------", permissions(folder.resolve("abc")));
    assertEquals("rwx------", permissions(folder));
  }

  @Test
  void whatCantBeReadIsNotKeptInPart() throws IOException {
    Texts.Content broken =
        new Texts.Content() {
          @Override
          public long length() {
            return 10;
          }

          @Override
          public InputStream open() {
            return new SequenceInputStream(
                new ByteArrayInputStream("aaaaa".getBytes(US_ASCII)), new Broken());
          }
        };

    assertThrows(IOException.class, () -> texts.put("abc", broken));
    assertEquals(List.of(), names());
  }

  @Test
  void whatWasLeftUnfinishedIsWrittenAnew() throws IOException {
    Files.writeString(folder.resolve("abc.part"), "half");
    texts.put("abc", Texts.Content.of(TEXT));

    assertEquals(List.of("abc"), names());
  }

  @Test
  void whatWasLeftUnfinishedIsListedAndCanBeDeleted() throws IOException {
    Files.writeString(folder.resolve("abc.part"), "half");

    assertEquals(List.of("abc.part"), names());
    texts.delete("abc.part");
    assertEquals(List.of(), names());
  }

  @Test
  void whatIsNotTheRelaysIsNotListed() throws IOException {
    Files.writeString(folder.resolve("notes.txt"), "whose queue this is");
    Files.writeString(folder.resolve(".backup"), "");
    Files.createDirectory(folder.resolve("older"));
    texts.put("abc", Texts.Content.of(TEXT));

    assertEquals(List.of("abc"), names());
    assertEquals(TEXT.length, texts.bytes());
  }

  @Test
  void whoeverComesSecondIsNotAlone() {
    assertTrue(texts.isAlone());
    try (var second = FolderTexts.in(folder)) {
      assertFalse(second.isAlone());
    }
    texts.close();
    try (var third = FolderTexts.in(folder)) {
      assertTrue(third.isAlone());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"../abc", "a/b", "", ".", "a b"})
  void noIdLeadsOutOfTheFolder(String id) {
    assertThrows(IOException.class, () -> texts.put(id, Texts.Content.of(TEXT)));
    assertThrows(IOException.class, () -> texts.open(id));
    assertThrows(IOException.class, () -> texts.delete(id));
  }

  @Test
  void aFolderThatCantBeUsedIsSaid() throws IOException {
    Path file = Files.createFile(parent.resolve("file"));

    var refused =
        assertThrows(IllegalArgumentException.class, () -> FolderTexts.in(file.resolve("queue")));
    assertEquals(true, String.valueOf(refused.getMessage()).startsWith("QUEUE_TEXTS: the folder"));
  }

  private static final class Broken extends InputStream {
    @Override
    public int read() throws IOException {
      throw new IOException("the disk is gone");
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
      throw new IOException("the disk is gone");
    }
  }

  private List<String> names() throws IOException {
    var names = new ArrayList<String>();
    texts.forEach(found -> names.add(found.id()));
    return names;
  }

  private static String permissions(Path path) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
  }
}
