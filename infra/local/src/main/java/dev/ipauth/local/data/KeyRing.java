package dev.ipauth.local.data;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.ipauth.settings.BadSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The accounts' keys, in a file: a line each, with tabs between name, account, since when, and the
 * key's hash. The keys themselves are kept nowhere; being 256 random bits, a plain hash hides them.
 * Thread-safe. What was answered is on the disk.
 */
public final class KeyRing {
  /** One account's key, without the key. */
  public record Key(String name, String account, Instant since, String hash) {}

  /** A key when it was made. */
  public record NewKey(String name, String secret) {}

  private static final String PREFIX = "ipk_";
  private static final int SECRET_BYTES = 32;
  private static final int NAME_BYTES = 4;
  private static final int LONGEST_ACCOUNT = 256;
  // In a POSIX locale the JVM reads every byte that isn't ASCII as this: two accounts would be one.
  private static final char UNREADABLE = '\uFFFD';
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._@+-]{0,63}");
  private static final Pattern HASH = Pattern.compile("[0-9a-f]{64}");
  // One whose first letter is a dash is an option that was written wrong.
  private static final Pattern ACCOUNT = Pattern.compile("[^\\s\\p{Cntrl}-](?:[^\\p{Cntrl}]*\\S)?");

  private final Path file;
  private final SecureRandom random = new SecureRandom();
  private volatile Keys keys;

  /** All of them, for those who read while another is written. */
  private record Keys(NavigableMap<String, Key> byName, Map<String, Key> byHash) {
    /** Upper and lower case are the same name: they would read alike in the trail. */
    static Keys of(List<Key> list) {
      var byName = new TreeMap<String, Key>(String.CASE_INSENSITIVE_ORDER);
      list.forEach(key -> byName.put(key.name(), key));
      return new Keys(byName, list.stream().collect(Collectors.toMap(Key::hash, key -> key)));
    }
  }

  private KeyRing(Path file, List<Key> keys) {
    this.file = file;
    this.keys = Keys.of(keys);
  }

  /**
   * Reads them.
   *
   * @param file none has to be there
   * @throws BadSettings when it is damaged
   */
  static KeyRing in(Path file) throws IOException {
    var keys = new ArrayList<Key>();
    if (Files.exists(file)) {
      for (String line : new String(Files.readAllBytes(file), UTF_8).split("\n", -1)) {
        if (!line.isEmpty()) {
          keys.add(read(line, file));
        }
      }
    }
    try {
      return new KeyRing(file, keys);
    } catch (IllegalStateException _) {
      throw damaged(file);
    }
  }

  private static Key read(String line, Path file) {
    String[] parts = line.split("\t", -1);
    try {
      if (parts.length == 4 && isName(parts[0]) && HASH.matcher(parts[3]).matches()) {
        return new Key(parts[0], parts[1], Instant.parse(parts[2]), parts[3]);
      }
    } catch (DateTimeException _) {
      // As any other line that isn't whole.
    }
    throw damaged(file);
  }

  private static BadSettings damaged(Path file) {
    return new BadSettings(
        List.of(file + " is damaged, and tells no keys. Put a back-up of it there."));
  }

  static boolean isName(String name) {
    return NAME.matcher(name).matches();
  }

  /**
   * Makes one.
   *
   * @param wanted null for a name that is made, too
   * @return empty when the name is taken
   * @throws IllegalArgumentException for a name or an account that can't be, with a sentence
   * @throws IOException when it can't be kept; there is none then
   */
  public synchronized Optional<NewKey> add(String account, @Nullable String wanted)
      throws IOException {
    if (!ACCOUNT.matcher(account).matches() || account.length() > LONGEST_ACCOUNT) {
      throw new IllegalArgumentException("An account has 1 to 256 characters, such as acme.");
    }
    if (account.indexOf(UNREADABLE) >= 0 || !UTF_8.newEncoder().canEncode(account)) {
      throw new IllegalArgumentException(
          "The account's name can't be read here. Set LC_ALL=C.UTF-8.");
    }
    if (wanted != null && !isName(wanted)) {
      throw new IllegalArgumentException(
          "A key's name has 1 to 64 of letters, digits and . _ @ + - and begins with a letter or"
              + " digit.");
    }
    String name = wanted == null ? unusedName() : wanted;
    if (keys.byName().containsKey(name)) {
      return Optional.empty();
    }
    String secret =
        PREFIX + random(SECRET_BYTES, Base64.getUrlEncoder().withoutPadding()::encodeToString);
    var list = new ArrayList<>(list());
    list.add(new Key(name, account, Instant.now().truncatedTo(ChronoUnit.SECONDS), hash(secret)));
    keep(list);
    return Optional.of(new NewKey(name, secret));
  }

  /** Random, so that no later key has the name of one that is gone, and that the trail knows. */
  private String unusedName() {
    String name;
    do {
      name = "key-" + random(NAME_BYTES, HexFormat.of()::formatHex);
    } while (keys.byName().containsKey(name));
    return name;
  }

  private String random(int bytes, Function<byte[], String> written) {
    byte[] octets = new byte[bytes];
    random.nextBytes(octets);
    return written.apply(octets);
  }

  /**
   * From when it returns, the key is no good.
   *
   * @return false when there is none of that name
   * @throws IOException when that can't be kept; the key is still good then
   */
  public synchronized boolean remove(String name) throws IOException {
    var list = new ArrayList<>(list());
    boolean isThere = list.removeIf(key -> key.name().equalsIgnoreCase(name));
    if (isThere) {
      keep(list);
    }
    return isThere;
  }

  private void keep(List<Key> list) throws IOException {
    SecretFile.write(
        file,
        list.stream()
            .map(
                k ->
                    String.join("\t", k.name(), k.account(), k.since().toString(), k.hash()) + "\n")
            .collect(Collectors.joining()));
    keys = Keys.of(list);
  }

  /** By name. */
  public List<Key> list() {
    return List.copyOf(keys.byName().values());
  }

  /** Whose key this is. */
  public Optional<Key> find(String secret) {
    return secret.startsWith(PREFIX)
        ? Optional.ofNullable(keys.byHash().get(hash(secret)))
        : Optional.empty();
  }

  private static String hash(String secret) {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(secret.getBytes(UTF_8));
      return HexFormat.of().formatHex(digest);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java platform has SHA-256", e);
    }
  }
}
