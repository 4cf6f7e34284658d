package dev.ipauth.relay.tls;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;

/** What certificates and keys come in that isn't PEM, and how PEM is made of it. */
enum OtherForm {
  PKCS_12("PKCS #12", "Make PEM of it: openssl pkcs12 -nodes -in FILE -out all.pem") {
    // RFC 7292 section 4: version 3, and a structure.
    @Override
    boolean is(String octets) {
      return content(octets).startsWith(octets("02010330"));
    }
  },
  PKCS_7("PKCS #7", "Make PEM of it: openssl pkcs7 -print_certs -in FILE -out all.pem") {
    @Override
    boolean is(String octets) {
      return octets.startsWith("-----BEGIN PKCS7-----") && !holdsMore(octets);
    }
  },
  PKCS_7_IN_DER(
      "PKCS #7", "Make PEM of it: openssl pkcs7 -print_certs -inform DER -in FILE -out all.pem") {
    // RFC 2315 section 14: signed data.
    @Override
    boolean is(String octets) {
      return content(octets).startsWith(octets("06092a864886f70d010702"));
    }
  },
  JAVA_KEY_STORE(
      "a Java key store",
      "Make PEM of it: keytool -importkeystore -srckeystore FILE -destkeystore all.p12 -deststoretype pkcs12, and"
          + " then openssl pkcs12 -nodes -in all.p12 -out all.pem") {
    @Override
    boolean is(String octets) {
      return octets.startsWith(octets("feedfeed")) || octets.startsWith(octets("cececece"));
    }
  },
  REQUEST("a certificate signing request", "Use the certificate that was issued for it") {
    @Override
    boolean is(String octets) {
      boolean begins =
          octets.startsWith("-----BEGIN CERTIFICATE REQUEST-----")
              || octets.startsWith("-----BEGIN NEW CERTIFICATE REQUEST-----");
      return begins && !holdsMore(octets);
    }
  },
  UTF_16("text in UTF-16", "Make UTF-8 of it: iconv -f UTF-16 -t UTF-8 FILE >all.pem") {
    @Override
    boolean is(String octets) {
      return octets.startsWith(octets("fffe")) || octets.startsWith(octets("feff"));
    }
  };

  private final String words;
  private final String cure;

  OtherForm(String words, String cure) {
    this.words = words;
    this.cure = cure;
  }

  /**
   * @param octets each as a character
   */
  abstract boolean is(String octets);

  /** A sentence about a source in another form than PEM; empty when it isn't known to be in one. */
  static Optional<String> sentence(Pem.Source source) {
    return Arrays.stream(values())
        .filter(form -> form.is(source.octets()))
        .map(
            form ->
                "%s is %s. %s"
                    .formatted(source, form.words, form.cure.replace("FILE", source.name())))
        .findFirst();
  }

  /** Whether a certificate or a key comes further down. */
  private static boolean holdsMore(String octets) {
    return octets.contains("-----BEGIN CERTIFICATE-----") || octets.contains("PRIVATE KEY-----");
  }

  private static String octets(String hex) {
    return new String(HexFormat.of().parseHex(hex), ISO_8859_1);
  }

  /** What stands within a DER structure; empty when it is none. */
  private static String content(String octets) {
    if (octets.length() < 2 || octets.charAt(0) != PemBlocks.DER_SEQUENCE) {
      return "";
    }
    int length = octets.charAt(1);
    int header = length <= 0x80 ? 2 : 2 + (length & 0x7f);
    return octets.substring(Math.min(header, octets.length()));
  }
}
