package dev.ipauth.functions.problem;

import io.micronaut.http.HttpStatus;
import java.util.Arrays;
import java.util.Locale;

/** Every problem of the API; its {@code type} is {@code /problems/} and the name in lower case. */
public enum ProblemType {
  MALFORMED_REQUEST(400, "The request can't be read"),
  INVALID_JSON(400, "The body can't be read"),
  INVALID_PARAMETER(400, "A parameter of the request is wrong"),
  UNAUTHORIZED(401, "Who is calling?"),
  FORBIDDEN(403, "Not allowed"),
  NOT_FOUND(404, "There is no such thing"),
  METHOD_NOT_ALLOWED(405, "Not with this method"),
  NOT_ACCEPTABLE(406, "Not in this form"),
  USERNAME_TAKEN(409, "The username is taken"),
  IP_ALREADY_ASSIGNED(409, "The IP address is nominated already"),
  NOT_HELD_BY_IT(409, "That SMTP user doesn't have the IP address"),
  TOO_MANY_SMTP_USERS(409, "The account has as many SMTP users as it may have"),
  MADE_BEFORE_AND_DELETED(410, "What this request made has been deleted since"),
  STALE(412, "The SMTP user has changed"),
  TOO_LARGE(413, "The body is too large"),
  UNSUPPORTED_MEDIA_TYPE(415, "Not this content type"),
  INVALID_FIELDS(422, "Several fields are wrong"),
  INVALID_USERNAME(422, "Not a username"),
  INVALID_DESCRIPTION(422, "Not a description"),
  NOT_A_SINGLE_IP_ADDRESS(422, "Not a single IP address"),
  IP_NOT_ALLOWED(422, "The IP address can't be nominated"),
  NOT_A_NETWORK(422, "Not a network"),
  TOO_MANY_NETWORKS(422, "Too many networks"),
  NOT_A_SENDER(422, "Not a sender"),
  TOO_MANY_SENDERS(422, "Too many senders"),
  NOT_AN_EMAIL_ADDRESS(422, "Not an email address"),
  IDEMPOTENCY_KEY_REUSED(422, "The idempotency key is used already"),
  TOO_MANY_REQUESTS(429, "Too many requests"),
  INTERNAL_ERROR(500, "Our mistake"),
  UNAVAILABLE(503, "Not available just now");

  private final int status;
  private final String title;

  ProblemType(int status, String title) {
    this.status = status;
    this.title = title;
  }

  public int status() {
    return status;
  }

  public String title() {
    return title;
  }

  String uri() {
    return "/problems/" + name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** What the framework's own refusals are; those it has no business with are our mistake. */
  static ProblemType of(HttpStatus status) {
    return Arrays.stream(values())
        .filter(type -> type.status == status.getCode())
        .findFirst()
        .orElse(status.getCode() < 500 ? MALFORMED_REQUEST : INTERNAL_ERROR);
  }
}
