package dev.ipauth.relay.tls;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_16;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.CertificateBuilder.Algorithm;
import io.netty.pkitesting.X509Bundle;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.sec.ECPrivateKey;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

/** Whatever OpenSSL and other tools write is read; the rest is one sentence that names the file. */
class PemTest {
  private static final X509Bundle RSA = certificate(Algorithm.rsa2048);
  private static final X509Bundle EC = certificate(Algorithm.ecp256);
  private static final String BAG =
      "Bag Attributes\n    friendlyName: B\u00fcro\nKey Attributes: <No Attributes>\n";

  private static X509Bundle certificate(Algorithm algorithm) {
    try {
      return new CertificateBuilder()
          .subject("CN=relay.test")
          .algorithm(algorithm)
          .setIsCertificateAuthority(true)
          .buildSelfSigned();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private static PrivateKeyInfo info(X509Bundle bundle) {
    return PrivateKeyInfo.getInstance(bundle.getKeyPair().getPrivate().getEncoded());
  }

  /** PKCS #1 or SEC 1: what PKCS #8 wraps. */
  private static byte[] bare(X509Bundle bundle) throws IOException {
    return info(bundle).parsePrivateKey().toASN1Primitive().getEncoded();
  }

  /** With the curve, as OpenSSL writes it. */
  private static byte[] sec1() throws IOException {
    var key = ECPrivateKey.getInstance(info(EC).parsePrivateKey());
    return new ECPrivateKey(256, key.getKey(), info(EC).getPrivateKeyAlgorithm().getParameters())
        .getEncoded();
  }

  private static String pem(String type, byte[] octets) {
    return "-----BEGIN %s-----\n%s\n-----END %s-----\n"
        .formatted(type, Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(octets), type);
  }

  private static Pem read(X509Bundle bundle, byte[] key) {
    return Pem.of(
        Pem.Source.of("cert.pem", bundle.getCertificatePEM().getBytes(UTF_8)),
        Pem.Source.of("key.pem", key));
  }

  /** A key's octets, each as a character. */
  private record Form(String name, X509Bundle of, String key) {
    static Form of(String name, X509Bundle of, byte[] key) {
      return new Form(name, of, new String(key, ISO_8859_1));
    }

    static Form of(String name, X509Bundle of, String key) {
      return of(name, of, key.getBytes(UTF_8));
    }
  }

  @TestFactory
  Stream<DynamicTest> keysInEveryForm() throws IOException {
    byte[] rsa = RSA.getKeyPair().getPrivate().getEncoded();
    byte[] ec = EC.getKeyPair().getPrivate().getEncoded();
    byte[] curve = info(EC).getPrivateKeyAlgorithm().getParameters().toASN1Primitive().getEncoded();
    String pkcs8 = pem("PRIVATE KEY", rsa);
    return Stream.of(
            Form.of("PKCS #8, RSA", RSA, pkcs8),
            Form.of("PKCS #8, EC", EC, pem("PRIVATE KEY", ec)),
            Form.of("PKCS #1", RSA, pem("RSA PRIVATE KEY", bare(RSA))),
            Form.of("SEC 1", EC, pem("EC PRIVATE KEY", sec1())),
            Form.of("SEC 1 without a curve", EC, pem("EC PRIVATE KEY", bare(EC))),
            Form.of(
                "behind EC PARAMETERS",
                EC,
                pem("EC PARAMETERS", curve) + pem("EC PRIVATE KEY", sec1())),
            Form.of("PKCS #8, DER", RSA, rsa),
            Form.of("PKCS #1, DER", RSA, bare(RSA)),
            Form.of("SEC 1, DER", EC, sec1()),
            Form.of("CRLF", RSA, pkcs8.replace("\n", "\r\n")),
            Form.of("a byte order mark", RSA, "\ufeff" + pkcs8),
            Form.of("Bag Attributes in UTF-8", RSA, BAG + pkcs8),
            Form.of("Bag Attributes in Latin-1", RSA, (BAG + pkcs8).getBytes(ISO_8859_1)),
            Form.of("the certificate before it", RSA, RSA.getCertificatePEM() + pkcs8),
            Form.of("no line end at the end", RSA, pkcs8.strip()))
        .map(
            form ->
                DynamicTest.dynamicTest(
                    form.name(),
                    () ->
                        assertEquals(
                            form.of().getCertificate(),
                            read(form.of(), form.key().getBytes(ISO_8859_1)).chain().getFirst())));
  }

  @Test
  void certificatesInEveryForm() throws Exception {
    String pem = RSA.getCertificatePEM();
    byte[] key = RSA.getPrivateKeyPEM().getBytes(UTF_8);
    var forms =
        List.of(
            pem.getBytes(UTF_8),
            RSA.getCertificate().getEncoded(),
            ("\ufeff" + BAG + pem).getBytes(UTF_8),
            (RSA.getPrivateKeyPEM() + pem).getBytes(UTF_8),
            // The authority's before the server's own.
            (EC.getCertificatePEM() + pem).getBytes(UTF_8));
    for (byte[] form : forms) {
      var read = Pem.of(Pem.Source.of("cert", form), Pem.Source.of("key", key));
      assertEquals(RSA.getCertificate(), read.chain().getFirst());
    }
  }

  @Test
  void whatCannotBeReadIsOneSentenceWithTheCure() throws IOException {
    String encrypted =
        "key.pem is encrypted, and nobody is there to be asked for its passphrase. Write it without"
            + " one: openssl pkey -in key.pem -out key.pem";
    byte[] octets = DERNull.INSTANCE.getEncoded();
    says(encrypted, pem("ENCRYPTED PRIVATE KEY", octets));
    says(
        encrypted,
        """
        -----BEGIN RSA PRIVATE KEY-----
        Proc-Type: 4,ENCRYPTED
        DEK-Info: AES-256-CBC,00

        AAAA
        -----END RSA PRIVATE KEY-----
        """);
    says("key.pem is empty", "");
    says("key.pem holds no private key in PEM", "no key");
    says("key.pem holds no private key in PEM", RSA.getCertificatePEM());
    says("key.pem is not the key of the certificate cert.pem", EC.getPrivateKeyPEM());
    says("key.pem holds no usable private key", pem("PRIVATE KEY", octets));
    says(
        "key.pem is a key for SSH. Write one for TLS, such as openssl genpkey makes",
        pem("OPENSSH PRIVATE KEY", octets));
  }

  /** For each setting that takes PEM: the relay's certificate, its key, and whom to trust. */
  @Test
  void otherFormsAreNamedWithTheCureWhereverTheyAreGiven(@TempDir Path folder) throws Exception {
    var chain =
        CertificateFactory.getInstance("X.509").generateCertPath(List.of(EC.getCertificate()));
    byte[] pkcs7 = chain.getEncoded("PKCS7");
    String p12 = " is PKCS #12. Make PEM of it: openssl pkcs12 -nodes -in FILE -out all.pem";
    named(folder.resolve("all.p12"), store("PKCS12"), p12);
    named(folder.resolve("cut.pfx"), Arrays.copyOf(store("PKCS12"), 100), p12);
    named(
        folder.resolve("all.jks"),
        store("JKS"),
        " is a Java key store. Make PEM of it: keytool -importkeystore -srckeystore FILE"
            + " -destkeystore all.p12 -deststoretype pkcs12, and then openssl pkcs12 -nodes -in"
            + " all.p12 -out all.pem");
    named(
        folder.resolve("chain.p7b"),
        pkcs7,
        " is PKCS #7. Make PEM of it: openssl pkcs7 -print_certs -inform DER -in FILE -out all.pem");
    named(
        folder.resolve("chain.pem"),
        pem("PKCS7", pkcs7).getBytes(UTF_8),
        " is PKCS #7. Make PEM of it: openssl pkcs7 -print_certs -in FILE -out all.pem");
    named(
        folder.resolve("relay.csr"),
        pem("CERTIFICATE REQUEST", pkcs7).getBytes(UTF_8),
        " is a certificate signing request. Use the certificate that was issued for it");
    named(
        folder.resolve("notepad.pem"),
        EC.getCertificatePEM().getBytes(UTF_16),
        " is text in UTF-16. Make UTF-8 of it: iconv -f UTF-16 -t UTF-8 FILE >all.pem");
    named(folder.resolve("empty.pem"), new byte[0], " is empty");
  }

  /** Tools leave the request in front of what was issued for it. */
  @Test
  void aRequestInFrontOfTheCertificateIsPassedOver() {
    String request = pem("CERTIFICATE REQUEST", new byte[] {0x30, 0});
    String key = pem("PRIVATE KEY", EC.getKeyPair().getPrivate().getEncoded());
    Pem read =
        Pem.of(
            Pem.Source.of("all.pem", (request + EC.getCertificatePEM()).getBytes(UTF_8)),
            Pem.Source.of("key.pem", (request + key).getBytes(UTF_8)));
    assertEquals(EC.getCertificate(), read.chain().getFirst());
  }

  private static void named(Path file, byte[] octets, String cure) throws IOException {
    Files.write(file, octets);
    Path key = Files.writeString(file.resolveSibling("key.pem"), EC.getPrivateKeyPEM());
    Path chain = Files.writeString(file.resolveSibling("cert.pem"), EC.getCertificatePEM());
    var readers =
        List.<Executable>of(
            () -> new ServerTls(new Certificate.PemFiles(file, key)),
            () -> new ServerTls(new Certificate.PemFiles(chain, file)),
            () -> Authorities.trust(file),
            () -> Authorities.trustToo(file));
    for (Executable reader : readers) {
      var e = assertThrows(IllegalArgumentException.class, reader);
      assertEquals(file + cure.replace("FILE", file.toString()), e.getMessage());
    }
  }

  private static byte[] store(String type) throws Exception {
    var store = KeyStore.getInstance(type);
    store.load(null, null);
    store.setKeyEntry(
        "relay",
        EC.getKeyPair().getPrivate(),
        new char[] {'x'},
        new X509Certificate[] {EC.getCertificate()});
    var octets = new ByteArrayOutputStream();
    store.store(octets, new char[] {'x'});
    return octets.toByteArray();
  }

  /** With whatever else the file holds, as OpenSSL reads it. */
  @Test
  void authoritiesInEveryForm(@TempDir Path folder) throws Exception {
    String both = "\ufeff" + BAG + RSA.getCertificatePEM() + EC.getPrivateKeyPEM();
    Path pem = Files.writeString(folder.resolve("ca.pem"), both + EC.getCertificatePEM());
    assertEquals(
        Set.of(RSA.getCertificate(), EC.getCertificate()),
        Set.of(Authorities.trust(pem).getAcceptedIssuers()));
    Path der = Files.write(folder.resolve("ca.der"), EC.getCertificate().getEncoded());
    assertEquals(
        List.of(EC.getCertificate()), List.of(Authorities.trust(der).getAcceptedIssuers()));
  }

  private static void says(String sentence, String key) {
    var e = assertThrows(IllegalArgumentException.class, () -> read(RSA, key.getBytes(UTF_8)));
    assertEquals(sentence, e.getMessage());
  }
}
