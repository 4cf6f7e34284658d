package dev.ipauth.embedded.values;

import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.services.dynamodb.model.DynamoDbException;
import software.amazon.awssdk.services.dynamodb.model.InternalServerErrorException;
import software.amazon.awssdk.services.dynamodb.model.ResourceNotFoundException;

/** What DynamoDB says when it doesn't do as it is asked, with the details that come over HTTP. */
public final class Refusals {
  public static final String VALIDATION = "ValidationException";

  private static final int BAD_REQUEST = 400;
  private static final int INTERNAL_ERROR = 500;

  private Refusals() {}

  /** A request that is wrong, whatever is in the tables. */
  public static DynamoDbException invalid(String why) {
    return (DynamoDbException) refusal(DynamoDbException.builder(), VALIDATION, why).build();
  }

  public static DynamoDbException noSuchTable() {
    return refusal(
            ResourceNotFoundException.builder(),
            "ResourceNotFoundException",
            "Cannot do operations on a non-existent table")
        .build();
  }

  /** A request that is right, and can't be carried out now. Nobody's fault but the machine's. */
  public static DynamoDbException unavailable(String why, Throwable cause) {
    return (DynamoDbException)
        InternalServerErrorException.builder()
            .message(why)
            .cause(cause)
            .awsErrorDetails(details("InternalServerError", why))
            .statusCode(INTERNAL_ERROR)
            .build();
  }

  /**
   * Fills in what every refusal has.
   *
   * @param builder of an exception of its own kind
   * @param code as the protocol names it
   * @return the builder
   */
  public static <B extends AwsServiceException.Builder> B refusal(
      B builder, String code, String why) {
    builder.message(why).awsErrorDetails(details(code, why)).statusCode(BAD_REQUEST);
    return builder;
  }

  private static AwsErrorDetails details(String code, String why) {
    return AwsErrorDetails.builder()
        .serviceName("DynamoDb")
        .errorCode(code)
        .errorMessage(why)
        .build();
  }
}
