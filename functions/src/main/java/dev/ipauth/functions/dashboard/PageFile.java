package dev.ipauth.functions.dashboard;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.zip.GZIPOutputStream;

/**
 * A file of the page.
 *
 * @param zipped the same by gzip: half a minute's wait on a phone is four seconds then
 * @param hash 16 hexadecimal digits, made of what is in it
 * @param keep whether its name says what is in it, so that it never has to be asked for again
 */
@SuppressWarnings("ArrayRecordComponent") // Written once here, and only ever sent.
record PageFile(byte[] octets, byte[] zipped, String hash, boolean keep) {
  private static final int HASH_OCTETS = 8;

  static PageFile of(byte[] octets) {
    return new PageFile(octets, zip(octets), hash(octets), false);
  }

  /** The same by a name that is its content's. */
  PageFile lasting() {
    return new PageFile(octets, zipped, hash, true);
  }

  /** The entity tag of what is sent: zipped is another representation (RFC 9110, section 8.8.3). */
  String tag(boolean isZipped) {
    return '"' + hash + (isZipped ? "-gzip" : "") + '"';
  }

  private static byte[] zip(byte[] octets) {
    var zipped = new ByteArrayOutputStream(octets.length / 2);
    try (var zip = new GZIPOutputStream(zipped)) {
      zip.write(octets);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return zipped.toByteArray();
  }

  private static String hash(byte[] octets) {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(octets);
      return HexFormat.of().formatHex(digest, 0, HASH_OCTETS);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java platform has SHA-256", e);
    }
  }
}
