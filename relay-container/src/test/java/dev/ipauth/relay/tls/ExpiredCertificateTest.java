package dev.ipauth.relay.tls;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.netty.pkitesting.CertificateBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A certificate that ends is said, at the start and while the relay runs, and used all the same.
 */
class ExpiredCertificateTest {
  private static final Instant FROM = Instant.parse("2026-01-01T00:00:00Z");
  private static final Instant UNTIL = Instant.parse("2026-04-01T00:00:00Z");
  private static final String EXPIRED =
      " expired at 2026-04-01T00:00:00Z: whoever checks it refuses it";

  private final Path folder;
  private final List<String> heard = new ArrayList<>();
  private Instant now = UNTIL.minusSeconds(1);
  private final CertificateWatch watch =
      new CertificateWatch() {
        @Override
        public void worked() {
          heard.add("worked");
        }

        @Override
        public void failed(String cause) {
          heard.add(cause);
        }
      };

  ExpiredCertificateTest(@TempDir Path folder) throws Exception {
    this.folder = folder;
    write(FROM, UNTIL);
  }

  private void write(Instant from, Instant until) throws Exception {
    var made =
        new CertificateBuilder()
            .subject("CN=relay.test")
            .notBefore(from)
            .notAfter(until)
            .setIsCertificateAuthority(true)
            .buildSelfSigned();
    Files.writeString(files().chain(), made.getCertificatePEM());
    Files.writeString(files().key(), made.getPrivateKeyPEM());
  }

  private Certificate.PemFiles files() {
    return new Certificate.PemFiles(folder.resolve("chain.pem"), folder.resolve("key.pem"));
  }

  @Test
  void theRelays() throws Exception {
    var tls = new ServerTls(files(), () -> now);
    tls.tell(watch);
    tls.reload(watch);
    now = UNTIL.plusSeconds(1);
    tls.reload(watch);
    new ServerTls(files(), () -> now).tell(watch);
    write(UNTIL.plus(Duration.ofDays(1)), UNTIL.plus(Duration.ofDays(90)));
    tls.reload(watch);
    now = UNTIL.plus(Duration.ofDays(2));
    tls.reload(watch);
    assertEquals(
        List.of(
            "worked",
            "worked",
            "The TLS certificate" + EXPIRED,
            "The TLS certificate" + EXPIRED,
            "The TLS certificate isn't valid before 2026-04-02T00:00:00Z: whoever checks it refuses"
                + " it",
            "worked"),
        heard);
  }

  @Test
  void theOneForTheNextHop() throws Exception {
    var server =
        new ClientTls.Server(
            "next.example", 587, Duration.ofSeconds(5), ClientTls.Proof.NOWHERE, null, files());
    var tls = new ClientTls(server, () -> now);
    tls.reload(watch);
    now = UNTIL.plusSeconds(1);
    tls.reload(watch);
    Files.delete(files().key());
    tls.reload(watch);
    write(now, now.plus(Duration.ofDays(90)));
    tls.reload(watch);
    assertEquals(
        List.of(
            "worked",
            "The certificate for the next hop" + EXPIRED,
            "The new certificate for the next hop can't be used, the old one stays: "
                + files().key()
                + " isn't there",
            "worked"),
        heard);
  }

  /** Nobody looks at one that isn't there. */
  @Test
  void noneForTheNextHop() throws IOException {
    var server =
        new ClientTls.Server(
            "next.example", 587, Duration.ofSeconds(5), ClientTls.Proof.NOWHERE, null, null);
    new ClientTls(server, () -> now).tell(watch);
    assertEquals(List.of(), heard);
  }
}
