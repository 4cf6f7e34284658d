package dev.ipauth.functions.api;

import static java.lang.annotation.RetentionPolicy.RUNTIME;

import io.swagger.v3.oas.annotations.responses.ApiResponse;
import java.lang.annotation.Retention;

/**
 * Describes what requests are refused with. The answers themselves, with their examples, are in
 * {@code src/main/openapi/refusals.yaml}, which is made of {@code ProblemType}.
 */
final class Refused {
  private static final String ANSWERS = "#/components/responses/";

  static final String BAD_PARAMETER = ANSWERS + "BadParameter";
  static final String BAD_REQUEST = ANSWERS + "BadRequest";
  static final String TAKEN = ANSWERS + "Taken";
  static final String KEY_REUSED = ANSWERS + "KeyReused";
  static final String MADE_BEFORE_AND_DELETED = ANSWERS + "MadeBeforeAndDeleted";
  static final String ALREADY_ASSIGNED = ANSWERS + "AlreadyAssigned";
  static final String NOT_ACCEPTABLE = ANSWERS + "NotAcceptable";
  static final String TOO_LARGE = ANSWERS + "TooLarge";
  static final String NOT_AN_SMTP_USER = ANSWERS + "NotAnSmtpUser";
  static final String NOT_A_PROFILE = ANSWERS + "NotAProfile";
  static final String NOT_AN_IP_ADDRESS = ANSWERS + "NotAnIpAddress";
  static final String NOT_NOMINABLE = ANSWERS + "NotNominable";
  static final String NOT_QUEUED = ANSWERS + "NotQueued";
  static final String NOTHING_TO_CHECK = ANSWERS + "NothingToCheck";
  static final String NOT_NETWORKS = ANSWERS + "NotNetworks";
  static final String NOT_SENDERS = ANSWERS + "NotSenders";

  private Refused() {}

  /** Whatever is asked for. */
  @Retention(RUNTIME)
  @ApiResponse(responseCode = "400", ref = BAD_PARAMETER)
  @ApiResponse(responseCode = "401", ref = ANSWERS + "Unauthorized")
  @ApiResponse(responseCode = "403", ref = ANSWERS + "Forbidden")
  @ApiResponse(responseCode = "406", ref = NOT_ACCEPTABLE)
  @ApiResponse(responseCode = "413", ref = TOO_LARGE)
  @ApiResponse(responseCode = "429", ref = ANSWERS + "TooManyRequests")
  @ApiResponse(responseCode = "503", ref = ANSWERS + "Unavailable")
  @interface Always {}

  /** What is said of one thing that may be missing. */
  @Retention(RUNTIME)
  @Always
  @ApiResponse(responseCode = "404", ref = ANSWERS + "NotFound")
  @interface OfOne {}

  /** What is said of one SMTP user. */
  @Retention(RUNTIME)
  @OfOne
  @UsernameInPath.Described
  @interface OfUser {}

  /** Changes of a user that is there. */
  @Retention(RUNTIME)
  @OfUser
  @IfMatch.Described
  @ApiResponse(responseCode = "412", ref = ANSWERS + "Stale")
  @interface OfChange {}

  /** Requests with a body. */
  @Retention(RUNTIME)
  @ApiResponse(responseCode = "415", ref = ANSWERS + "UnsupportedMediaType")
  @interface OfBody {}

  /** Changes of a user that is there, by a body. */
  @Retention(RUNTIME)
  @OfChange
  @OfBody
  @ApiResponse(responseCode = "400", ref = BAD_REQUEST)
  @interface OfChangeByBody {}
}
