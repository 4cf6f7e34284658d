package dev.ipauth.embedded.values;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.math.BigDecimal;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** Keys as bytes that sort, unsigned, as DynamoDB sorts the keys. */
public final class KeyBytes {
  private static final int NEGATIVE = 0x00;
  private static final int ZERO = 0x40;
  private static final int POSITIVE = 0x80;
  private static final int EXPONENT_OFFSET = 1000;

  private KeyBytes() {}

  /** The bytes of a canonical string, number or binary. */
  public static byte[] of(AttributeValue key) {
    return switch (key.type()) {
      case S -> key.s().getBytes(UTF_8);
      case N -> number(Numbers.read(key.n()));
      case B -> key.b().asByteArray();
      case SS, NS, BS, M, L, BOOL, NUL, UNKNOWN_TO_SDK_VERSION ->
          throw new IllegalArgumentException("No key is of this type: " + key);
    };
  }

  /** Sign, exponent, digits; of a negative number the two latter are inverted. */
  private static byte[] number(BigDecimal number) {
    if (number.signum() == 0) {
      return new byte[] {ZERO};
    }
    BigDecimal stripped = number.abs().stripTrailingZeros();
    String digits = stripped.unscaledValue().toString();
    int exponent = stripped.precision() - stripped.scale() + EXPONENT_OFFSET;
    byte[] bytes = new byte[digits.length() + 4];
    bytes[0] = (byte) (number.signum() > 0 ? POSITIVE : NEGATIVE);
    bytes[1] = (byte) (exponent >> 8);
    bytes[2] = (byte) exponent;
    for (int i = 0; i < digits.length(); i++) {
      bytes[3 + i] = (byte) digits.charAt(i);
    }
    // The last byte stays 0, lower than any digit: 1.2 is below 1.23, and -1.23 below -1.2.
    if (number.signum() < 0) {
      for (int i = 1; i < bytes.length; i++) {
        bytes[i] = (byte) ~bytes[i];
      }
    }
    return bytes;
  }

  /** The first bytes behind all that begin with these; null when there are none. */
  public static byte @Nullable [] behindPrefix(byte[] prefix) {
    int last = prefix.length - 1;
    while (last >= 0 && prefix[last] == (byte) 0xFF) {
      last--;
    }
    if (last < 0) {
      return null;
    }
    byte[] behind = Arrays.copyOf(prefix, last + 1);
    behind[last]++;
    return behind;
  }
}
