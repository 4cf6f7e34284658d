package dev.ipauth.local;

import dev.ipauth.functions.api.Bodies;
import dev.ipauth.functions.problem.ProblemType;
import dev.ipauth.functions.problem.Refusal;
import dev.ipauth.local.sink.MailSink;
import dev.ipauth.local.sink.SunkMessage;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Post;
import io.micronaut.serde.annotation.Serdeable;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What is there on one machine only: a token for whoever asks, and what the next hop took. */
@Controller("/local")
final class LocalController {
  /** A token with a longer one is no good: {@code functions} refuses it. */
  private static final int LONGEST_ACCOUNT_ID = 256;

  private final TokenIssuer issuer;
  private final MailSink sink;
  private final Bodies bodies;

  LocalController(TokenIssuer issuer, MailSink sink, Bodies bodies) {
    this.issuer = issuer;
    this.sink = sink;
    this.bodies = bodies;
  }

  @Serdeable
  record TokenAnswer(String token) {}

  /**
   * A message in the sink.
   *
   * @param data the whole message, base64
   */
  @Serdeable
  record MessageAnswer(String id, String mailFrom, List<String> recipients, String data) {}

  @Post("/token")
  TokenAnswer token(@Body byte @Nullable [] body) {
    String accountId = bodies.read(body, fields -> fields.requiredText("accountId"));
    if (accountId.isBlank() || accountId.length() > LONGEST_ACCOUNT_ID) {
      throw new Refusal(
          ProblemType.INVALID_JSON,
          "An accountId has 1 to %s characters, such as acme.".formatted(LONGEST_ACCOUNT_ID));
    }
    return new TokenAnswer(issuer.issue(accountId));
  }

  @Get("/messages")
  List<MessageAnswer> messages() {
    return sink.messages().stream().map(LocalController::answer).toList();
  }

  private static MessageAnswer answer(SunkMessage message) {
    return new MessageAnswer(
        message.id(),
        message.mailFrom(),
        message.recipients(),
        Base64.getEncoder().encodeToString(message.data()));
  }
}
