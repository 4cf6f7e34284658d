package dev.ipauth.local.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ipauth.settings.BadSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The accounts' keys: shown once, kept as hashes, each with a name of its own. */
class KeyRingTest {
  private final Path file;
  private final KeyRing keys;

  KeyRingTest(@TempDir Path folder) throws IOException {
    file = folder.resolve("keys");
    keys = KeyRing.in(file);
  }

  private static Optional<String> account(KeyRing keys, String secret) {
    return keys.find(secret).map(KeyRing.Key::account);
  }

  @Test
  void aKeyIsItsAccountsUntilItIsRemoved() throws IOException {
    String secret = keys.add("acme", "laptop").orElseThrow().secret();
    String other = keys.add("Müller & Söhne", null).orElseThrow().secret();

    assertTrue(secret.matches("ipk_[A-Za-z0-9_-]{43}"), secret);
    for (KeyRing each : List.of(keys, KeyRing.in(file))) {
      assertEquals(Optional.of("acme"), account(each, secret));
      assertEquals(Optional.of("Müller & Söhne"), account(each, other));
      assertEquals(Optional.empty(), account(each, secret + "A"));
      assertEquals(Optional.empty(), account(each, ""));
    }
    assertTrue(keys.remove("laptop"));
    assertFalse(keys.remove("laptop"));
    assertEquals(Optional.empty(), account(keys, secret));
    assertEquals(Optional.empty(), account(KeyRing.in(file), secret));
    assertEquals(Optional.of("Müller & Söhne"), account(keys, other));
  }

  @Test
  void nobodyLearnsAKeyFromTheFile() throws IOException {
    String secret = keys.add("acme", "laptop").orElseThrow().secret();

    assertFalse(Files.readString(file).contains(secret.substring(4)));
    assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
  }

  @Test
  void aNameIsUniqueOverAllAccounts() throws IOException {
    keys.add("acme", "laptop");

    assertEquals(Optional.empty(), keys.add("globex", "laptop"));
    assertEquals(Optional.empty(), keys.add("globex", "Laptop"));
    String made = keys.add("globex", null).orElseThrow().name();
    assertTrue(made.matches("key-[0-9a-f]{8}"), made);
    assertEquals(List.of(made, "laptop"), keys.list().stream().map(KeyRing.Key::name).toList());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "-x", "two words", "tab\tbed", "line\nfeed", "ä", "../etc"})
  void aNameIsOneWord(String name) {
    assertThrows(IllegalArgumentException.class, () -> keys.add("acme", name));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", " acme", "acme ", "a\tb", "a\nb", "--help"})
  void anAccountIsOneThatReadsAsWritten(String account) {
    assertThrows(IllegalArgumentException.class, () -> keys.add(account, null));
    assertFalse(Files.exists(file));
  }

  /** So are Büro and Bäro read in a POSIX locale. */
  @ParameterizedTest
  @ValueSource(strings = {"B\uFFFD\uFFFDro", "B\uD83D"})
  void anAccountWhoseNameIsLostIsNobodys(String account) {
    var refused = assertThrows(IllegalArgumentException.class, () -> keys.add(account, null));
    assertEquals(
        "The account's name can't be read here. Set LC_ALL=C.UTF-8.", refused.getMessage());
    assertFalse(Files.exists(file));
  }

  @ParameterizedTest
  @ValueSource(strings = {"x", "laptop\tacme\tyesterday\t%s", "laptop\tacme\t%s", "\0"})
  void aDamagedFileIsALineAndNoKeys(String line) throws IOException {
    Files.writeString(file, line.formatted("0".repeat(64)) + "\n");

    var refused = assertThrows(BadSettings.class, () -> KeyRing.in(file));
    assertEquals(1, refused.lines().size());
  }

  @Test
  void whatCannotBeKeptIsNoKey() throws IOException {
    String secret = keys.add("acme", "laptop").orElseThrow().secret();
    Files.delete(file);
    Files.createDirectories(file.resolve("in the way"));

    assertThrows(IOException.class, () -> keys.add("acme", "phone"));
    assertThrows(IOException.class, () -> keys.remove("laptop"));
    assertEquals(Optional.of("acme"), account(keys, secret));
    assertEquals(1, keys.list().size());
  }
}
