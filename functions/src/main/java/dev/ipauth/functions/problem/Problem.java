package dev.ipauth.functions.problem;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.micronaut.serde.annotation.Serdeable;
import io.swagger.v3.oas.annotations.media.Schema;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * RFC 9457.
 *
 * @param type which problem it is, such as {@code /problems/username-taken}
 * @param title the same in some words
 * @param status the answer's status
 * @param detail a sentence that a person can act on
 * @param errors each fault of a body; missing unless fields are at fault
 * @param username the caller's own SMTP user that has the address; missing otherwise
 */
@Serdeable
@Schema(name = "Problem")
public record Problem(
    @Schema(
            description = "/problems/ and a name; a page there explains it. New ones may come.",
            example = "/problems/not-found")
        String type,
    String title,
    int status,
    String detail,
    @Schema(nullable = false) @JsonInclude(JsonInclude.Include.NON_NULL)
        @Nullable List<Fault> errors,
    @Schema(nullable = false) @JsonInclude(JsonInclude.Include.NON_NULL)
        @Nullable String username) {
  public static final String MEDIA_TYPE = "application/problem+json";

  /**
   * One fault of a body.
   *
   * @param field where it is, such as {@code ipAuthentication.ip}
   * @param detail a sentence that a person can act on
   */
  @Serdeable
  @Schema(name = "Fault")
  public record Fault(String field, String detail) {}

  public static Problem of(ProblemType type, String detail) {
    return new Problem(type.uri(), type.title(), type.status(), detail, null, null);
  }

  /** The faults of a body; the first one's sentence stands for all. */
  public static Problem of(ProblemType type, List<Fault> errors) {
    return new Problem(
        type.uri(), type.title(), type.status(), told(errors.getFirst()), errors, null);
  }

  /** A 500: the fault is the platform's, and the answer says no more of it. */
  public static Problem internalError() {
    return of(ProblemType.INTERNAL_ERROR, ProblemType.INTERNAL_ERROR.example());
  }

  /** Of a request that the connection's end, or its sending side's, has cut off. */
  public static Problem cutOff() {
    return of(
        ProblemType.MALFORMED_REQUEST,
        "The request ends too early. Send all of it before the connection is shut down.");
  }

  private static String told(Fault fault) {
    return fault.field() + ": " + fault.detail();
  }

  /** Names the holder of an address, who must be of the caller's own account. */
  public Problem heldBy(String ownUsername) {
    return new Problem(type, title, status, detail, errors, ownUsername);
  }
}
