package dev.ipauth.relay.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ipauth.relay.tls.Certificate;
import dev.ipauth.relay.tls.CertificateSecret;
import dev.ipauth.relay.tls.CertificateWatch;
import dev.ipauth.relay.tls.ServerTls;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class TlsTest {
  private AcceptingNextHop nextHop;
  private RelayUnderTest relay;
  private final List<String> faults = new ArrayList<>();
  private final CertificateWatch watch =
      new CertificateWatch() {
        @Override
        public void worked() {
          faults.clear();
        }

        @Override
        public void failed(String cause) {
          faults.add(cause);
        }
      };

  @BeforeEach
  void start() throws Exception {
    nextHop = new AcceptingNextHop();
    relay =
        new RelayUnderTest(Given.of(List.of("the device's address is nominated")), nextHop.port());
  }

  @AfterEach
  void end() throws Exception {
    relay.close();
    nextHop.close();
  }

  @Test
  void aTlsPortBeginsWithTls() throws Exception {
    try (var device = Device.at(relay.listen(Port.Kind.TLS))) {
      device.beginTls();
      device.hears("220 relay.test ESMTP");
      device.says("EHLO app");
      device.hears(
          "250-relay.test",
          "250-PIPELINING",
          "250-SIZE 10000000",
          "250-8BITMIME",
          "250-ENHANCEDSTATUSCODES",
          "250-CHUNKING",
          "250 AUTH PLAIN LOGIN");
      assertEquals("503 5.5.1 TLS is active already", device.asks("STARTTLS"));
      assertEquals(
          "235 2.7.0 Authentication succeeded", device.asks("AUTH PLAIN AHNjYW5uZXItMmYAc2VjcmV0"));
    }
  }

  @Test
  void aPlainPortNeverOffersTls() throws Exception {
    try (var device = Device.at(relay.listen(Port.Kind.PLAIN))) {
      device.hears("220 relay.test ESMTP");
      device.says("EHLO app");
      device.hears(
          "250-relay.test",
          "250-PIPELINING",
          "250-SIZE 10000000",
          "250-8BITMIME",
          "250-ENHANCEDSTATUSCODES",
          "250 CHUNKING");
      assertEquals("502 5.5.1 STARTTLS is not offered here", device.asks("STARTTLS"));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "LEGACY_STARTTLS, TLSv1",
    "LEGACY_STARTTLS, TLSv1.1",
    "LEGACY_STARTTLS, TLSv1.2",
    "LEGACY_STARTTLS, TLSv1.3",
    "STARTTLS, TLSv1.2",
    "STARTTLS, TLSv1.3",
  })
  void isSpokenIn(Port.Kind kind, String version) throws Exception {
    assertEquals(version, StartTlsClient.version(relay.listen(kind), version));
  }

  @ParameterizedTest
  @CsvSource({"TLSv1", "TLSv1.1"})
  void oldVersionsAreRefusedElsewhere(String version) {
    int port = relay.listen(Port.Kind.STARTTLS);
    assertThrows(ExecutionException.class, () -> StartTlsClient.version(port, version));
  }

  /** What a device said before it began TLS could have been anybody's. */
  @ParameterizedTest
  @EnumSource(
      value = Port.Kind.class,
      names = {"STARTTLS", "LEGACY_STARTTLS"})
  void aHandshakeThatIsNoneEndsTheConnection(Port.Kind kind) throws Exception {
    try (var device = Device.at(relay.listen(kind))) {
      device.hears("220 relay.test ESMTP");
      assertEquals("220 2.0.0 Ready to start TLS", device.asks("STARTTLS"));
      device.says("EHLO app", "MAIL FROM:<evil@example.com>");
      assertFalse(device.everything().contains("250"));
    }
  }

  @Test
  void aCertificateIsRereadWhenItChanges(@TempDir Path folder) throws Exception {
    var files = files(folder);
    write(files, "one.test", 1);
    relay.tls = new ServerTls(files);
    int port = relay.listen(Port.Kind.TLS);
    assertEquals("CN=one.test", subject(port));
    // By a tool that keeps the time.
    write(files, "two.test", 1);
    relay.tls.reload(watch);
    assertEquals("CN=two.test", subject(port));
  }

  @Test
  void aChangedCertificateThatCannotBeUsedLeavesTheOldOne(@TempDir Path folder) throws Exception {
    var files = files(folder);
    write(files, "one.test", 1);
    relay.tls = new ServerTls(files);
    int port = relay.listen(Port.Kind.TLS);
    // The key of another certificate: in the middle of being replaced.
    Files.writeString(files.key(), certificate("two.test").getPrivateKeyPEM());
    Files.setLastModifiedTime(files.key(), FileTime.from(Instant.ofEpochSecond(2)));
    relay.tls.reload(watch);
    assertEquals("CN=one.test", subject(port));
    Files.delete(files.chain());
    relay.tls.reload(watch);
    String stays = "The new TLS certificate can't be used, the old one stays: ";
    assertEquals(
        List.of(
            stays + files.key() + " is not the key of the certificate " + files.chain(),
            stays + files.chain() + " isn't there"),
        faults);
    assertEquals("CN=one.test", subject(port));
  }

  @Test
  void whatIsNoCertificateIsSaidAtTheStart(@TempDir Path folder) throws Exception {
    var files = files(folder);
    assertThrows(IllegalArgumentException.class, () -> new ServerTls(files));
    Files.writeString(files.chain(), "no certificate");
    Files.writeString(files.key(), "no key");
    var e = assertThrows(IllegalArgumentException.class, () -> new ServerTls(files));
    assertTrue(String.valueOf(e.getMessage()).contains(files.chain().toString()), e.toString());
  }

  @Test
  void aKeyOfAnotherCertificateIsSaidAtTheStart(@TempDir Path folder) throws Exception {
    var files = files(folder);
    write(files, "one.test", 1);
    Files.writeString(files.key(), certificate("two.test").getPrivateKeyPEM());
    var e = assertThrows(IllegalArgumentException.class, () -> new ServerTls(files));
    assertEquals(
        files.key() + " is not the key of the certificate " + files.chain(), e.getMessage());
  }

  @Test
  void aCertificateInASecretIsRereadWhenItsVersionChanges() throws Exception {
    var kept = new AtomicReference<>(kept("v1", certificate("one.test")));
    relay.tls = new ServerTls(new Certificate.Secret(kept::get));
    int port = relay.listen(Port.Kind.TLS);
    assertEquals("CN=one.test", subject(port));
    kept.set(kept("v2", certificate("two.test")));
    relay.tls.reload(watch);
    assertEquals("CN=two.test", subject(port));
  }

  @Test
  void aSecretThatCannotBeReadOrUsedLeavesTheOldCertificate() throws Exception {
    var kept = new AtomicReference<>(Optional.of(kept("v1", certificate("one.test"))));
    CertificateSecret secret =
        () -> kept.get().orElseThrow(() -> new IOException("It can't be read: throttled"));
    relay.tls = new ServerTls(new Certificate.Secret(secret));
    int port = relay.listen(Port.Kind.TLS);
    kept.set(Optional.empty());
    relay.tls.reload(watch);
    assertEquals("CN=one.test", subject(port));
    kept.set(Optional.of(new CertificateSecret.Kept("relay", "v2", "{\"certificate\": \"\"}")));
    relay.tls.reload(watch);
    assertEquals("CN=one.test", subject(port));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "-----BEGIN CERTIFICATE----- | The secret relay is not an object of JSON",
        "{}                          | There is no certificate in the secret relay",
        "[\"certificate\"]            | There is no certificate in the secret relay",
        "{\"certificate\": \"x\"}      | There is no privateKey in the secret relay"
      })
  void whatIsWrongWithASecretIsSaidAtTheStart(String json, String sentence) {
    var secret = new Certificate.Secret(() -> new CertificateSecret.Kept("relay", "v1", json));
    var e = assertThrows(IllegalArgumentException.class, () -> new ServerTls(secret));
    assertEquals(sentence, e.getMessage());
  }

  private static CertificateSecret.Kept kept(String version, X509Bundle certificate) {
    String json =
        "{\"note\": [1, {}], \"certificate\": \"%s\", \"privateKey\": \"%s\"}"
            .formatted(
                certificate.getCertificatePEM().replace("\n", "\\n").replace("\r", ""),
                certificate.getPrivateKeyPEM().replace("\n", "\\n").replace("\r", ""));
    return new CertificateSecret.Kept("relay", version, json);
  }

  @Test
  void aCertificateIsMadeForEveryNameThatTheRelayMayHave() {
    var names =
        Stream.of(
                "relay",
                "relay.example.com",
                "relay_1",
                "relay.2",
                "1.2.3",
                "10.0.0.1",
                "7",
                "relay.2a",
                "3com.example",
                "xn--bcher-kva.example",
                "a--b.c_d",
                "A.B",
                "a".repeat(63) + ".b")
            .map(ConversationSettings.RELAY_HOSTNAME.form().reader())
            .toList();
    var made = names.stream().map(Certificate.SelfSigned::of).toList();
    for (int i = 0; i < names.size(); i++) {
      var certificate = made.get(i).read().chain().getFirst();
      assertEquals("CN=" + names.get(i), certificate.getSubjectX500Principal().getName());
    }
  }

  @Test
  void aCertificateThatCannotBeMadeIsTheCallersError() {
    var made = Certificate.SelfSigned.of("no=name,");
    assertThrows(IllegalArgumentException.class, () -> new ServerTls(made));
  }

  private static Certificate.PemFiles files(Path folder) {
    return new Certificate.PemFiles(folder.resolve("chain.pem"), folder.resolve("key.pem"));
  }

  private static void write(Certificate.PemFiles files, String name, long time) throws Exception {
    var certificate = certificate(name);
    Files.writeString(files.chain(), certificate.getCertificatePEM());
    Files.writeString(files.key(), certificate.getPrivateKeyPEM());
    Files.setLastModifiedTime(files.chain(), FileTime.from(Instant.ofEpochSecond(time)));
    Files.setLastModifiedTime(files.key(), FileTime.from(Instant.ofEpochSecond(time)));
  }

  private static X509Bundle certificate(String name) throws Exception {
    return new CertificateBuilder()
        .subject("CN=" + name)
        .setIsCertificateAuthority(true)
        .buildSelfSigned();
  }

  private static String subject(int port) throws Exception {
    try (var device = Device.at(port)) {
      var certificate = (X509Certificate) device.beginTls().getPeerCertificates()[0];
      return certificate.getSubjectX500Principal().getName();
    }
  }
}
