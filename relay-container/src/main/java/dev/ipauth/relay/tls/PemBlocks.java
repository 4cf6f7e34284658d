package dev.ipauth.relay.tls;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import org.bouncycastle.util.io.pem.PemHeader;
import org.bouncycastle.util.io.pem.PemObject;
import org.bouncycastle.util.io.pem.PemReader;

/**
 * The blocks of a PEM file, with whatever text stands between them left out (OpenSSL's {@code Bag
 * Attributes}, in any encoding; a byte order mark), or all of a DER file as one block.
 */
final class PemBlocks {
  static final int DER_SEQUENCE = 0x30;
  private static final String BEGIN = "-----BEGIN ";
  private static final String DER = "DER";

  private PemBlocks() {}

  static boolean mayBeACertificate(PemObject block) {
    return block.getType().equals(DER) || block.getType().endsWith("CERTIFICATE");
  }

  static boolean mayBeAKey(PemObject block) {
    return block.getType().equals(DER) || block.getType().endsWith("PRIVATE KEY");
  }

  static boolean isEncrypted(PemObject block) {
    boolean encrypted = block.getType().startsWith("ENCRYPTED");
    for (Object header : block.getHeaders()) {
      encrypted |= ((PemHeader) header).getValue().contains("ENCRYPTED");
    }
    return encrypted;
  }

  /**
   * Reads them.
   *
   * @throws IllegalArgumentException when a block isn't whole, nothing is there, or it is in a form
   *     that PEM must be made of first
   */
  static List<PemObject> of(Pem.Source source) {
    if (source.octets().isEmpty()) {
      throw new IllegalArgumentException(source + " is empty");
    }
    OtherForm.sentence(source)
        .ifPresent(
            sentence -> {
              throw new IllegalArgumentException(sentence);
            });
    if (source.octets().charAt(0) == DER_SEQUENCE) {
      return List.of(new PemObject(DER, source.octets().getBytes(ISO_8859_1)));
    }
    var blocks = new ArrayList<PemObject>();
    try (var reader = new PemReader(new StringReader(text(source)))) {
      for (PemObject next = reader.readPemObject(); next != null; next = reader.readPemObject()) {
        blocks.add(next);
      }
    } catch (IOException | RuntimeException e) {
      throw new IllegalArgumentException(
          source + " holds PEM that can't be read: " + e.getMessage(), e);
    }
    return blocks;
  }

  /** A mark of the encoding before the first line would hide it. */
  private static String text(Pem.Source source) {
    int begin = source.octets().indexOf(BEGIN);
    return begin < 0 ? "" : source.octets().substring(begin);
  }
}
