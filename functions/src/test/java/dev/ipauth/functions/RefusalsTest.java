package dev.ipauth.functions;

import static java.util.stream.Collectors.joining;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.ipauth.functions.problem.ProblemType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * The description's refusals are made of {@link ProblemType}: {@code -Dopenapi.fix=true} writes
 * them.
 */
class RefusalsTest {
  private static final Path FILE = Path.of("src/main/openapi/refusals.yaml");
  private static final Pattern OF_A_FIELD = Pattern.compile("([\\w.\\[\\]]+): (.*)");
  private static final String RETRY_AFTER = header("Retry-After", "Seconds to wait", "integer");

  /** A component of the description: what an operation may be refused with, and what it means. */
  private record Refusal(
      String name, String description, String headers, List<ProblemType> types, String alsoAs) {
    Refusal(String name, String description, ProblemType... types) {
      this(name, description, "", List.of(types));
    }

    Refusal(String name, String description, String headers, List<ProblemType> types) {
      this(name, description, headers, types, "");
    }

    /** Of proof of control, where people read it as a page. */
    static Refusal page(String name, String description, ProblemType... types) {
      return new Refusal(name, description, "", List.of(types), PAGE);
    }

    String yaml() {
      return """
                 %s:
                   description: "%s"
             %s      content:
                     application/problem+json:
                       schema:
                         $ref: "#/components/schemas/Problem"
                       examples:
             %s%s"""
          .formatted(
              name,
              description,
              headers,
              types.stream().map(RefusalsTest::example).collect(joining()),
              alsoAs);
    }
  }

  private static final String PAGE =
      """
              text/html:
                schema:
                  type: string
      """;

  private static final List<Refusal> REFUSALS =
      List.of(
          new Refusal(
              "BadParameter",
              "A parameter is wrong, unknown, or said twice",
              ProblemType.INVALID_PARAMETER,
              ProblemType.MALFORMED_REQUEST),
          new Refusal(
              "BadRequest",
              "No JSON object, wrong types, unknown fields, no body, or a bad parameter",
              ProblemType.INVALID_JSON,
              ProblemType.INVALID_PARAMETER,
              ProblemType.MALFORMED_REQUEST),
          new Refusal(
              "Unauthorized",
              "No token, or a bad one. API Gateway's own refusal, which comes first on AWS, has its"
                  + " own body",
              header("WWW-Authenticate", "What is asked for, and what was wrong", "string"),
              List.of(ProblemType.UNAUTHORIZED)),
          new Refusal(
              "Forbidden",
              "The token lacks the scope that the operator asks for",
              header("WWW-Authenticate", "Which scope is asked for", "string"),
              List.of(ProblemType.FORBIDDEN)),
          new Refusal(
              "NotFound", "There is none, or it is another account's", ProblemType.NOT_FOUND),
          new Refusal(
              "MethodNotAllowed",
              "The path doesn't support the method; no operation answers so",
              header("Allow", "The methods that the path supports", "string"),
              List.of(ProblemType.METHOD_NOT_ALLOWED)),
          new Refusal(
              "NotAcceptable", "Accept leaves out application/json", ProblemType.NOT_ACCEPTABLE),
          new Refusal(
              "RequestTimeout",
              "The request didn't arrive in time; no operation answers so",
              ProblemType.REQUEST_TIMEOUT),
          new Refusal(
              "Taken",
              "The username or the IP address is taken, or the account has as many SMTP users as it"
                  + " may have",
              ProblemType.USERNAME_TAKEN,
              ProblemType.IP_ALREADY_ASSIGNED,
              ProblemType.TOO_MANY_SMTP_USERS),
          new Refusal(
              "AlreadyAssigned",
              "Another SMTP user has the IP address; named when it is one of this account. Or the"
                  + " one it was to be moved from hasn't got it",
              ProblemType.IP_ALREADY_ASSIGNED,
              ProblemType.NOT_HELD_BY_IT),
          new Refusal(
              "MadeBeforeAndDeleted",
              "The request with this Idempotency-Key was made before, and its SMTP user has been"
                  + " deleted since",
              ProblemType.MADE_BEFORE_AND_DELETED),
          new Refusal(
              "Stale", "If-Match names another version of the SMTP user", ProblemType.STALE),
          new Refusal("TooLarge", "A body over 16 KiB", ProblemType.TOO_LARGE),
          new Refusal(
              "UriTooLong",
              "A path over 16 KiB; no operation answers so",
              ProblemType.URI_TOO_LONG),
          new Refusal(
              "UnsupportedMediaType",
              "Another content type, or a content encoding",
              ProblemType.UNSUPPORTED_MEDIA_TYPE),
          new Refusal(
              "Misdirected",
              "A host that this machine doesn't serve; no operation answers so",
              ProblemType.MISDIRECTED_REQUEST),
          new Refusal(
              "NotAnSmtpUser",
              "No SMTP user can be made of it",
              ProblemType.INVALID_USERNAME,
              ProblemType.INVALID_DESCRIPTION,
              ProblemType.NOT_A_SINGLE_IP_ADDRESS,
              ProblemType.IP_NOT_ALLOWED,
              ProblemType.NOT_A_NETWORK,
              ProblemType.TOO_MANY_NETWORKS,
              ProblemType.NOT_A_SENDER,
              ProblemType.TOO_MANY_SENDERS,
              ProblemType.NOT_AN_EMAIL_ADDRESS,
              ProblemType.INVALID_FIELDS,
              ProblemType.IDEMPOTENCY_KEY_REUSED),
          new Refusal(
              "KeyReused",
              "The Idempotency-Key came with another request before",
              ProblemType.IDEMPOTENCY_KEY_REUSED),
          new Refusal(
              "NotAProfile",
              "Not what can be said of an SMTP user",
              ProblemType.INVALID_DESCRIPTION,
              ProblemType.NOT_A_NETWORK,
              ProblemType.TOO_MANY_NETWORKS,
              ProblemType.NOT_A_SENDER,
              ProblemType.TOO_MANY_SENDERS,
              ProblemType.NOT_AN_EMAIL_ADDRESS,
              ProblemType.INVALID_FIELDS),
          new Refusal(
              "NotAnIpAddress", "Not exactly one IP address", ProblemType.NOT_A_SINGLE_IP_ADDRESS),
          new Refusal(
              "NotNominable",
              "Not exactly one IP address, or one that can't be a device's",
              ProblemType.NOT_A_SINGLE_IP_ADDRESS,
              ProblemType.IP_NOT_ALLOWED,
              ProblemType.INVALID_USERNAME,
              ProblemType.INVALID_FIELDS),
          new Refusal(
              "NotQueued",
              "Nothing of the message waits to be delivered any more, or it is being delivered",
              ProblemType.NOT_QUEUED,
              ProblemType.UNDER_WAY),
          new Refusal(
              "NothingToCheck",
              "Neither an address nor an SMTP user, or values that aren't any",
              ProblemType.NOT_A_SINGLE_IP_ADDRESS,
              ProblemType.INVALID_USERNAME,
              ProblemType.NOT_AN_EMAIL_ADDRESS,
              ProblemType.INVALID_FIELDS),
          new Refusal(
              "NotNetworks",
              "Not networks, or too many",
              ProblemType.NOT_A_NETWORK,
              ProblemType.TOO_MANY_NETWORKS),
          new Refusal(
              "NotSenders",
              "Not senders, or too many",
              ProblemType.NOT_A_SENDER,
              ProblemType.TOO_MANY_SENDERS),
          new Refusal(
              "TooManyRequests",
              "Over the account's rate",
              RETRY_AFTER,
              List.of(ProblemType.TOO_MANY_REQUESTS)),
          new Refusal(
              "HeadersTooLarge",
              "A header over 8 KiB; no operation answers so",
              ProblemType.HEADERS_TOO_LARGE),
          new Refusal(
              "InternalError",
              "The platform failed; nothing that a caller sends leads to it",
              ProblemType.INTERNAL_ERROR),
          new Refusal(
              "Unavailable",
              "The tables or the identity provider's keys can't be reached",
              RETRY_AFTER,
              List.of(ProblemType.UNAVAILABLE)),
          Refusal.page("NoSuchLink", "The link is unknown, used or over", ProblemType.NOT_FOUND),
          Refusal.page(
              "NotProven",
              "The form isn't that of the page shown to this address, or the address is another",
              ProblemType.NOT_FROM_THE_PAGE,
              ProblemType.NOT_THAT_ADDRESS),
          Refusal.page(
              "HeldByNow",
              "Another SMTP user has the address by now",
              ProblemType.IP_ALREADY_ASSIGNED),
          Refusal.page("NotItsName", "Not the SMTP user's name", ProblemType.WRONG_USERNAME),
          Refusal.page("NotAForm", "Another content type", ProblemType.UNSUPPORTED_MEDIA_TYPE),
          Refusal.page("TooMuchForAForm", "A body over 16 KiB", ProblemType.TOO_LARGE),
          new Refusal(
              "PageUnavailable",
              "The tables can't be reached",
              RETRY_AFTER,
              List.of(ProblemType.UNAVAILABLE),
              PAGE));

  @Test
  void theDescriptionsRefusalsAreTheTables() throws IOException {
    String yaml =
        """
        # Made of ProblemType by RefusalsTest: mvn -pl functions -am test -Dtest=RefusalsTest
        # -Dopenapi.fix=true -Dsurefire.failIfNoSpecifiedTests=false
        openapi: 3.0.1
        info:
          title: merged
          version: "1"
        paths: {}
        components:
          responses:
        """
            + REFUSALS.stream().map(Refusal::yaml).collect(joining());
    if (Boolean.getBoolean("openapi.fix")) {
      Files.writeString(FILE, yaml);
    }
    assertEquals(yaml, Files.readString(FILE));
  }

  private static String header(String name, String description, String type) {
    return """
                 headers:
                   %s:
                     description: "%s"
                     required: true
                     schema:
                       type: %s
           """
        .formatted(name, description, type);
  }

  private static String example(ProblemType type) {
    StringBuilder yaml =
        new StringBuilder(
            """
                        %s:
                          value:
                            type: /problems/%s
                            title: "%s"
                            status: %s
                            detail: "%s"
            """
                .formatted(type.slug(), type.slug(), type.title(), type.status(), type.example()));
    Matcher field = OF_A_FIELD.matcher(type.example());
    if (field.matches() && (type.status() == 422 || type == ProblemType.INVALID_JSON)) {
      yaml.append(
          """
                          errors:
                          - field: "%s"
                            detail: "%s"
          """
              .formatted(field.group(1), field.group(2)));
    }
    more(type)
        .forEach((name, value) -> yaml.append("                %s: %s\n".formatted(name, value)));
    return yaml.toString();
  }

  private static Map<String, String> more(ProblemType type) {
    return type == ProblemType.IP_ALREADY_ASSIGNED ? Map.of("username", "scanner-2f") : Map.of();
  }
}
