package dev.ipauth.embedded.values;

import java.math.BigDecimal;
import java.util.regex.Pattern;

/** DynamoDB's numbers: 38 digits, from 1E-130 to 9.99…E+125 on either side of zero. */
public final class Numbers {
  private static final int DIGITS = 38;
  private static final int LARGEST_EXPONENT = 125;
  private static final int SMALLEST_EXPONENT = -130;
  private static final int MOST_CHARACTERS = 400;
  private static final Pattern NUMBER =
      Pattern.compile("[+-]?(\\d+(\\.\\d*)?|\\.\\d+)([eE][+-]?\\d{1,9})?");

  private Numbers() {}

  /**
   * Reads a number that somebody wrote.
   *
   * @throws software.amazon.awssdk.services.dynamodb.model.DynamoDbException when it is none, or
   *     out of range
   */
  public static BigDecimal parse(String text) {
    String stripped = text.strip();
    if (stripped.isEmpty()) {
      throw Refusals.invalid("The parameter cannot be converted to a numeric value");
    }
    if (stripped.length() > MOST_CHARACTERS || !NUMBER.matcher(stripped).matches()) {
      throw Refusals.invalid("The parameter cannot be converted to a numeric value: " + text);
    }
    return inRange(new BigDecimal(stripped));
  }

  /** Reads a number that was {@link #format}ted. */
  public static BigDecimal read(String canonical) {
    return new BigDecimal(canonical);
  }

  /** The same number without superfluous zeros, if DynamoDB can keep it. */
  static BigDecimal inRange(BigDecimal number) {
    BigDecimal stripped = number.stripTrailingZeros();
    if (stripped.signum() == 0) {
      return BigDecimal.ZERO;
    }
    if (stripped.precision() > DIGITS) {
      throw Refusals.invalid("Attempting to store more than 38 significant digits in a Number");
    }
    long exponent = (long) stripped.precision() - stripped.scale() - 1;
    if (exponent > LARGEST_EXPONENT) {
      throw Refusals.invalid(
          "Number overflow. Attempting to store a number with magnitude larger than supported"
              + " range");
    }
    if (exponent < SMALLEST_EXPONENT) {
      throw Refusals.invalid(
          "Number underflow. Attempting to store a number with magnitude smaller than supported"
              + " range");
    }
    return stripped;
  }

  /**
   * Their sum.
   *
   * @throws software.amazon.awssdk.services.dynamodb.model.DynamoDbException when it takes more
   *     digits than can be kept, or is out of range
   */
  public static BigDecimal sum(BigDecimal left, BigDecimal right) {
    return inRange(left.add(right));
  }

  public static BigDecimal difference(BigDecimal left, BigDecimal right) {
    return sum(left, right.negate());
  }

  /** As DynamoDB writes it: no exponent, no superfluous zeros. */
  public static String format(BigDecimal number) {
    return number.toPlainString();
  }
}
