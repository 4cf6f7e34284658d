package dev.ipauth.local;

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
  private final TokenIssuer issuer;
  private final MailSink sink;

  LocalController(TokenIssuer issuer, MailSink sink) {
    this.issuer = issuer;
    this.sink = sink;
  }

  @Serdeable
  record TokenRequest(@Nullable String accountId) {}

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
  TokenAnswer token(@Body TokenRequest request) {
    String accountId = request.accountId();
    if (accountId == null || accountId.isBlank()) {
      throw new Refusal(ProblemType.INVALID_JSON, "Say which account: {\"accountId\": \"acme\"}.");
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
