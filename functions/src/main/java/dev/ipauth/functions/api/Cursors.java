package dev.ipauth.functions.api;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.ipauth.functions.problem.ProblemType;
import dev.ipauth.functions.problem.Refusal;
import dev.ipauth.tables.Peppers;
import jakarta.inject.Singleton;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * Where a page ended, so that the next one can begin there. A cursor carries a MAC of the account
 * and the list it was made for, so it can be neither made up nor used elsewhere.
 */
@Singleton
final class Cursors {
  private static final int MAC_BYTES = 16;
  private static final String ALGORITHM = "HmacSHA256";

  private final SecretKeySpec key;

  Cursors(Peppers peppers) {
    key = new SecretKeySpec(peppers.derive("cursors"), ALGORITHM);
  }

  /**
   * Which list of whose.
   *
   * @param name for instance {@code audit scanner-2f}
   */
  record Listed(String accountId, String name) {}

  String cursor(Listed list, String position) {
    byte[] text = position.getBytes(UTF_8);
    byte[] bytes =
        ByteBuffer.allocate(MAC_BYTES + text.length).put(mac(list, text)).put(text).array();
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  /**
   * The position in a cursor; null for the first page.
   *
   * @throws Refusal when it was made for another list or by somebody else
   */
  @Nullable String position(Listed list, @Nullable String cursor) {
    if (cursor == null) {
      return null;
    }
    byte[] bytes = decoded(cursor);
    if (bytes.length < MAC_BYTES) {
      throw notACursor();
    }
    String position = new String(bytes, MAC_BYTES, bytes.length - MAC_BYTES, UTF_8);
    // The whole text is compared: base64 has several spellings of the same bytes.
    byte[] ours = cursor(list, position).getBytes(UTF_8);
    if (!MessageDigest.isEqual(ours, cursor.getBytes(UTF_8))) {
      throw notACursor();
    }
    return position;
  }

  private static byte[] decoded(String cursor) {
    try {
      return Base64.getUrlDecoder().decode(cursor);
    } catch (IllegalArgumentException _) {
      throw notACursor();
    }
  }

  private static Refusal notACursor() {
    return new Refusal(
        ProblemType.INVALID_PARAMETER,
        "The cursor isn't one of this list. Use nextCursor as it came, or leave it out to begin.");
  }

  private byte[] mac(Listed list, byte[] position) {
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(key);
      byte[] name = list.name().getBytes(UTF_8);
      byte[] account = list.accountId().getBytes(UTF_8);
      // Lengths in front, so that no two lists run together.
      mac.update(ByteBuffer.allocate(8).putInt(name.length).putInt(account.length).array());
      mac.update(name);
      mac.update(account);
      return Arrays.copyOf(mac.doFinal(position), MAC_BYTES);
    } catch (GeneralSecurityException e) {
      throw new AssertionError("Every Java platform has HmacSHA256", e);
    }
  }
}
