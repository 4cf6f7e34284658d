package dev.ipauth.functions.caller;

import static dev.ipauth.functions.dependency.Log.log;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.nimbusds.jose.KeySourceException;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** How long the provider may be away: its document is a file here, and time is said. */
class OutageTest {
  private static final Instant NOON = Instant.parse("2026-11-27T12:00:00Z");

  @Test
  void theKeysThatWereReadLastAreGoodForHours(@TempDir Path folder) throws Exception {
    Path document = folder.resolve("keys.json");
    publish(document, "first");
    PublishedKeys keys = keysIn(document);
    assertEquals(List.of("first"), names(keys, Duration.ZERO));

    Files.delete(document);
    assertEquals(List.of("first"), names(keys, Duration.ofMinutes(20)));
    assertEquals(List.of("first"), names(keys, Duration.ofMinutes(350)));
    assertThrows(KeySourceException.class, () -> names(keys, Duration.ofHours(7)));

    publish(document, "second");
    assertEquals(List.of("second"), names(keys, Duration.ofHours(8)));
  }

  @Test
  void theLogTellsWhenTheyCannotBeReadAndWhenTheyCan(@TempDir Path folder) {
    Path document = folder.resolve("keys.json");
    PublishedKeys keys = keysIn(document);

    List<String> log =
        log(
            () -> {
              for (int hour = 0; hour < 3; hour++) {
                Duration later = Duration.ofHours(hour);
                assertThrows(KeySourceException.class, () -> names(keys, later));
              }
              publish(document, "first");
              names(keys, Duration.ofHours(3));
              names(keys, Duration.ofHours(4));
            });

    assertEquals(2, log.size(), log::toString);
    String begins = "The keys of https://id.example.com/ can't be used: there is nothing at ";
    assertTrue(log.getFirst().startsWith(begins + document), log.getFirst());
    String ends = "The keys of https://id.example.com/ can be used again. ";
    assertTrue(log.getLast().startsWith(ends), log.getLast());
  }

  /** Nobody waits for the reading, and nobody meets the end of what was read. */
  @Test
  @Timeout(60)
  void newKeysAreReadBeforeTheOldOnesAreOver(@TempDir Path folder) throws Exception {
    Path document = folder.resolve("keys.json");
    publish(document, "first");
    PublishedKeys keys = keysIn(document);
    assertEquals(List.of("first"), names(keys, Duration.ZERO));

    publish(document, "second");
    assertEquals(List.of("first"), names(keys, Duration.ofMinutes(4)));
    Duration ahead = Duration.ofMinutes(6);
    assertEquals(List.of("first"), names(keys, ahead));
    while (names(keys, ahead).equals(List.of("first"))) {
      Thread.sleep(10);
    }

    Files.delete(document);
    assertEquals(List.of("second"), names(keys, Duration.ofMinutes(14)));
  }

  private static PublishedKeys keysIn(Path document) {
    return PublishedKeys.of(
        new Issuer("https://id.example.com/", "smtp-relay", "sub", null, document.toUri()));
  }

  private static void publish(Path document, String name) throws Exception {
    RSAKey key = new RSAKeyGenerator(2048).keyID(name).generate();
    Files.writeString(document, new JWKSet(key.toPublicJWK()).toString());
  }

  private static List<String> names(PublishedKeys keys, Duration later) throws KeySourceException {
    return keys.readAt(NOON.plus(later)).getKeys().stream().map(JWK::getKeyID).toList();
  }
}
