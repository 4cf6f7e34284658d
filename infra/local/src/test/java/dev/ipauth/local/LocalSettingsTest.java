package dev.ipauth.local;

import static java.util.stream.Collectors.toMap;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ipauth.settings.BadSettings;
import dev.ipauth.settings.Setting;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What one machine can be set to, and what is only a line. */
class LocalSettingsTest {
  private static Map<String, String> environment(String words) {
    return Arrays.stream(words.split(" "))
        .map(word -> word.split("=", 2))
        .collect(toMap(pair -> pair[0], pair -> pair[1]));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          HTTP_ADDRESS=0.0.0.0                  | HTTP_ADDRESS
          HTTP_ADDRESS=::                       | HTTP_ADDRESS
          HTTP_ADDRESS=127.0.0.2                | HTTP_ADDRESS
          HTTP_ADDRESS=::1 SIGN_IN=anyone       | HTTP_ADDRESS
          HTTP_URL=https://relay.example.com    | HTTP_URL
          HTTP_ADDRESS=localhost                | HTTP_ADDRESS
          HTTP_PORT=65536                       | HTTP_PORT
          SIGN_IN=key                           | DATA_DIR
          QUEUE_TEXTS=/var/lib/queue            | DATA_DIR
          QUEUE_TEXTS=s3://bucket/queue BOUNCE_FROM=a@b.example | DATA_DIR
          SIGN_IN=Key DATA_DIR=/d               | SIGN_IN
          SIGN_IN=openid OPENID_AUDIENCE=relay  | OPENID_ISSUER
          SIGN_IN=openid OPENID_ISSUER=i        | OPENID_AUDIENCE
          TRUSTED_HTTP_PROXIES=10.0.0.1/8       | TRUSTED_HTTP_PROXIES
          TRUSTED_HTTP_PROXIES=proxy.example    | TRUSTED_HTTP_PROXIES
          DYNAMODB_PORT=x                       | DYNAMODB_PORT
          NOMINATION_PROOF=required SIGN_IN=key DATA_DIR=/d HTTP_ADDRESS=0.0.0.0 | HTTP_URL
          NOMINATION_PROOF=required SIGN_IN=key DATA_DIR=/d HTTP_ADDRESS=::      | HTTP_URL
          """)
  void aBadOneIsALineThatNamesIt(String words, String name) {
    List<String> lines =
        assertThrows(BadSettings.class, () -> LocalSettings.read(environment(words))).lines();
    assertEquals(1, lines.size(), lines::toString);
    assertTrue(lines.getFirst().contains(name), lines::toString);
  }

  /** Its own, the relay's and the functions', before anything is started. */
  @Test
  void allThatIsBadIsSaidAtOnce() {
    var environment =
        environment(
            "HTTP_PORT=x SMTP_PORTS=y CACHE_TTL=5 MAX_SMTP_USERS=0 REQUESTS_PER_MINUTE=many");
    List<String> lines =
        assertThrows(BadSettings.class, () -> LocalSettings.read(environment)).lines();
    assertEquals(
        List.of("HTTP_PORT", "SMTP_PORTS", "CACHE_TTL", "MAX_SMTP_USERS", "REQUESTS_PER_MINUTE"),
        lines.stream().map(line -> line.replaceFirst("=.*", "")).toList(),
        lines::toString);
  }

  @Test
  void whatIsBlankIsNotSaid() {
    var environment =
        Map.of(
            "NEXT_HOP_PASSWORD",
            " ",
            "AWS_REGION",
            " ",
            "CACHE_TTL",
            "",
            "API_ORIGINS",
            " ",
            "QUEUE_TEXTS",
            " ");
    assertEquals(8080, LocalSettings.read(environment).http().port());
  }

  /** With a folder there is a queue, which asks for more. */
  @Test
  void whatTheQueueAsksForIsSaidBeforeAnythingIsMade(@TempDir Path parent) {
    var environment =
        environment("NEXT_HOP=ses://eu-central-1 HTTP_PORT=x DATA_DIR=" + parent.resolve("data"));
    List<String> lines =
        assertThrows(BadSettings.class, () -> LocalSettings.read(environment)).lines();
    assertEquals(2, lines.size(), lines::toString);
    assertTrue(lines.getLast().contains("BOUNCE_FROM"), lines::toString);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "relay.example.com",
        "ftp://relay.example.com",
        "https://relay.example.com/relay",
        "https://relay.example.com?x",
        "https://me@relay.example.com",
        "https://relay.example.com:port",
        "https://"
      })
  void aUrlIsSchemeAndHostAlone(String url) {
    var environment = environment("SIGN_IN=key DATA_DIR=/d HTTP_URL=" + url);
    List<String> lines =
        assertThrows(BadSettings.class, () -> LocalSettings.read(environment)).lines();
    assertTrue(lines.getFirst().startsWith("HTTP_URL="), lines::toString);
  }

  @ParameterizedTest
  @CsvSource({
    "HTTP_PORT=8080, http://localhost:8080",
    "HTTP_ADDRESS=0.0.0.0, http://localhost:8080",
    "HTTP_ADDRESS=192.0.2.1, http://192.0.2.1:8080",
    "HTTP_ADDRESS=2001:db8::1, http://[2001:db8::1]:8080",
    "HTTP_URL=https://relay.example.com/, https://relay.example.com",
    "HTTP_URL=https://relay.example.com:8443, https://relay.example.com:8443"
  })
  void whereItIsReached(String words, String url) {
    var settings = LocalSettings.read(environment("SIGN_IN=key DATA_DIR=/d " + words));
    assertEquals(url, settings.http().reachedAt(8080));
    // What links of proof of control begin with.
    assertEquals(url, ControlPlane.properties(settings.http(), Map.of()).get("http-url"));
  }

  @Test
  void theirNamesAreInTheDocumentation() throws IOException {
    String page = Files.readString(Path.of("../docs/CONFIGURATION.md"));
    for (Setting<?> setting : LocalSettings.ALL) {
      assertTrue(page.contains('`' + setting.name() + '`'), setting.name());
    }
  }

  @Test
  void whatIsMisspelledIsSaid() {
    assertEquals(
        List.of("HTTP_PROT is no setting and changes nothing. Was HTTP_PORT meant?"),
        LocalSettings.warnings(
            Map.of("HTTP_PROT", "80", "ACCOUNT_CLAIM", "org", "SMTP_PORTS", "25", "HOME", "/")));
  }
}
