package dev.ipauth.local;

import dev.ipauth.local.sink.MailSink;
import dev.ipauth.local.sink.SunkMessage;
import io.micronaut.context.annotation.Requires;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.serde.annotation.Serdeable;
import java.util.Base64;
import java.util.List;

/** What the mail sink took, where anyone may sign in: it is everybody's mail. */
@Controller("/local/messages")
@Requires(property = LocalController.ANYONE)
@Requires(bean = MailSink.class)
final class SinkController {
  private final MailSink sink;

  SinkController(MailSink sink) {
    this.sink = sink;
  }

  /**
   * A message in the sink.
   *
   * @param data the whole message, base64
   */
  @Serdeable
  record MessageAnswer(String id, String mailFrom, List<String> recipients, String data) {}

  @Get
  List<MessageAnswer> messages() {
    return sink.messages().stream().map(SinkController::answer).toList();
  }

  private static MessageAnswer answer(SunkMessage message) {
    return new MessageAnswer(
        message.id(),
        message.mailFrom(),
        message.recipients(),
        Base64.getEncoder().encodeToString(message.data()));
  }
}
