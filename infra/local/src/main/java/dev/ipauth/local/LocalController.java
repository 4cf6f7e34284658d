package dev.ipauth.local;

import dev.ipauth.functions.api.Bodies;
import dev.ipauth.functions.problem.ProblemType;
import dev.ipauth.functions.problem.Refusal;
import io.micronaut.context.annotation.Requires;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Post;
import io.micronaut.serde.annotation.Serdeable;
import org.jspecify.annotations.Nullable;

/** A token for whoever asks, where anyone may sign in. */
@Controller("/local/token")
@Requires(property = LocalController.ANYONE)
final class LocalController {
  /** A property that is there where anyone may sign in. */
  static final String ANYONE = "local.anyone";

  /** A token with a longer one is no good: {@code functions} refuses it. */
  private static final int LONGEST_ACCOUNT_ID = 256;

  private final TokenIssuer issuer;
  private final Bodies bodies;

  LocalController(TokenIssuer issuer, Bodies bodies) {
    this.issuer = issuer;
    this.bodies = bodies;
  }

  @Serdeable
  record TokenAnswer(String token) {}

  @Post
  TokenAnswer token(@Body byte @Nullable [] body) {
    String accountId = bodies.read(body, fields -> fields.requiredText("accountId"));
    if (accountId.isBlank() || accountId.length() > LONGEST_ACCOUNT_ID) {
      throw new Refusal(
          ProblemType.INVALID_JSON,
          "An accountId has 1 to %s characters, such as acme.".formatted(LONGEST_ACCOUNT_ID));
    }
    return new TokenAnswer(issuer.issue(accountId));
  }
}
