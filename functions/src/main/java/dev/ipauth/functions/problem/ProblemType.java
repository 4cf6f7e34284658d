package dev.ipauth.functions.problem;

import io.micronaut.http.HttpStatus;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/**
 * Every problem of the API; its {@code type} is {@code /problems/} and the name in lower case. The
 * API's description and the pages that explain problems are made of this table.
 */
public enum ProblemType {
  MALFORMED_REQUEST(
      400,
      "The request is malformed",
      "The body is missing, or the request is malformed. Compare it with /v1/openapi.yaml."),
  INVALID_JSON(400, "The body can't be read", "port: There is no such field here."),
  INVALID_PARAMETER(400, "A parameter of the request is wrong", "limit is a number from 1 to 100."),
  UNAUTHORIZED(
      401, "No valid token was sent", "Send a token: Authorization: Bearer followed by a JWT."),
  FORBIDDEN(
      403,
      "The token is not sufficient",
      "The token lacks the scope that this API asks for: smtp."),
  NOT_FROM_THE_PAGE(
      403,
      "This wasn't sent from the page",
      "Open the link again where you are now, and press the button on that page."),
  NOT_THAT_ADDRESS(
      403,
      "You aren't at that address",
      "The link is for 198.51.100.7, and you are at 203.0.113.9. Open the link in the network of"
          + " the device: for instance in the same Wi-Fi, with mobile data and any VPN switched"
          + " off."),
  NOT_FOUND(404, "Not found", "There is no such SMTP user in this account."),
  METHOD_NOT_ALLOWED(
      405,
      "The path doesn't support this method",
      "Use one of the methods that the Allow header lists."),
  NOT_ACCEPTABLE(
      406,
      "The answer doesn't come in the form that Accept asks for",
      "Answers are JSON: accept application/json."),
  REQUEST_TIMEOUT(
      408, "The request took too long to arrive", "Send the whole request within 30 s."),
  USERNAME_TAKEN(409, "The username is taken", "Choose another username; this one is taken."),
  IP_ALREADY_ASSIGNED(
      409,
      "The IP address is already assigned",
      "Another SMTP user has this IP address. Remove it there first."),
  NOT_HELD_BY_IT(
      409,
      "That SMTP user doesn't have the IP address",
      "The SMTP user named in from doesn't have this IP address. GET"
          + " /v1/ip-authentications/{ip} says who does."),
  TOO_MANY_SMTP_USERS(
      409,
      "The account has as many SMTP users as it may have",
      "An account may have 1000 SMTP users. Delete one that isn't used, or ask whoever runs this"
          + " platform for more."),
  NOT_QUEUED(
      409,
      "Nothing of the message is queued",
      "Nothing of this message waits to be delivered any more. GET /v1/messages/{id} says what"
          + " became of it."),
  UNDER_WAY(
      409,
      "The message is being delivered",
      "The message is being delivered this very moment. Send the request again in a few"
          + " seconds."),
  MADE_BEFORE_AND_DELETED(
      410,
      "The SMTP user of this request has been deleted",
      "The request with this Idempotency-Key was made before, and its SMTP user has been deleted"
          + " since. Use a new key for a new request."),
  STALE(
      412,
      "The SMTP user has changed",
      "The SMTP user has changed since you read it. Read it again, then decide."),
  TOO_LARGE(413, "The body is too large", "A body has at most 16 KiB."),
  URI_TOO_LONG(414, "The path is too long", "A path with its query has at most 16 KiB."),
  UNSUPPORTED_MEDIA_TYPE(
      415, "The body has an unsupported type", "Send the body as application/json."),
  MISDIRECTED_REQUEST(
      421, "Another host is meant", "This machine doesn't serve the host that the request names."),
  INVALID_FIELDS(
      422,
      "Several fields are invalid",
      "username: A username has 3 to 64 characters of a-z 0-9 . _ - + @ and begins with a letter or"
          + " digit."),
  INVALID_USERNAME(
      422,
      "The username is invalid",
      "username: A username has 3 to 64 characters of a-z 0-9 . _ - + @ and begins with a letter or"
          + " digit."),
  INVALID_DESCRIPTION(
      422, "The description is invalid", "description: A description has at most 256 characters."),
  NOT_A_SINGLE_IP_ADDRESS(
      422,
      "Not a single IP address",
      "ip: An IPv4 address has four numbers from 0 to 255, such as 198.51.100.7."),
  IP_NOT_ALLOWED(
      422,
      "The IP address can't be nominated",
      "ip: 224.0.0.1 is never the address of one device."),
  NOT_A_NETWORK(
      422,
      "Not a network",
      "networks[0]: The network has host bits set. Write 192.168.1.0/24, or 192.168.1.1 alone."),
  TOO_MANY_NETWORKS(422, "Too many networks", "networks: There can be at most 50 of them."),
  NOT_A_SENDER(
      422,
      "Not a sender",
      "senders[0]: This is neither an address such as scans@example.com nor a domain such as"
          + " @example.com."),
  TOO_MANY_SENDERS(422, "Too many senders", "senders: There can be at most 50 of them."),
  NOT_AN_EMAIL_ADDRESS(
      422, "Not an email address", "bouncesTo: An address has a name, an @ and a domain."),
  WRONG_USERNAME(
      422,
      "Another SMTP user's name",
      "username: The SMTP user of this link has another name. Type it as the page shows it."),
  IDEMPOTENCY_KEY_REUSED(
      422,
      "The Idempotency-Key was used for another request",
      "This Idempotency-Key came with another body before. Use a new key for a new request."),
  TOO_MANY_REQUESTS(
      429, "Too many requests", "The account has made too many requests this minute. Wait 40 s."),
  HEADERS_TOO_LARGE(431, "The headers are too large", "A header has at most 8 KiB."),
  INTERNAL_ERROR(
      500, "Internal error", "The platform failed, not the request. The operator's log says why."),
  UNAVAILABLE(
      503,
      "Temporarily unavailable",
      "The tables can't be reached just now. Check whether the change was made, then send the"
          + " request again.");

  private final int status;
  private final String title;
  private final String example;

  ProblemType(int status, String title, String example) {
    this.status = status;
    this.title = title;
    this.example = example;
  }

  public int status() {
    return status;
  }

  public String title() {
    return title;
  }

  /** A {@code detail} that this problem may have. */
  public String example() {
    return example;
  }

  /** What its {@code type} ends in, such as {@code username-taken}. */
  public String slug() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  String uri() {
    return "/problems/" + slug();
  }

  /** Empty when there is none of this name. */
  public static Optional<ProblemType> of(String slug) {
    return Arrays.stream(values()).filter(type -> type.slug().equals(slug)).findFirst();
  }

  /** What the framework's own refusals are; those it has no business with are internal errors. */
  static ProblemType of(HttpStatus status) {
    return Arrays.stream(values())
        .filter(type -> type.status == status.getCode())
        .findFirst()
        .orElse(status.getCode() < 500 ? MALFORMED_REQUEST : INTERNAL_ERROR);
  }
}
