package dev.ipauth.functions.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.ipauth.functions.messages.HistoryEntry;
import dev.ipauth.functions.messages.LoggedMessage;
import dev.ipauth.functions.messages.MessageLog;
import io.micronaut.serde.annotation.Serdeable;
import io.swagger.v3.oas.annotations.media.ArraySchema;
import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A message, or a refusal, as the API shows it.
 *
 * @param recipients the first hundred
 * @param recipientCount of all
 * @param bytes of the text as the device sent it; null where none came
 * @param outcome the latest known
 * @param reply the SMTP reply that the outcome comes from
 * @param reason why it was refused; null when it wasn't
 * @param millis from MAIL to the reply
 * @param times how many refusals it stands for, where that is more than one
 * @param history what happened to it, oldest first; only of one message
 */
@Serdeable
@Schema(name = "Message")
record MessageAnswer(
    @Schema(example = MessageAnswer.ID_EXAMPLE) String id,
    Instant at,
    @Schema(pattern = Formats.STORED_USERNAME, example = Formats.USERNAME_EXAMPLE) String username,
    @Schema(maxLength = Formats.LONGEST_IP_ADDRESS, example = Formats.IP_EXAMPLE) String ip,
    @Schema(requiredMode = Schema.RequiredMode.REQUIRED, example = "ip", nullable = true)
        @Nullable String authenticatedBy,
    @Schema(requiredMode = Schema.RequiredMode.REQUIRED, example = "SCANNER2F", nullable = true)
        @Nullable String helo,
    @Schema(requiredMode = Schema.RequiredMode.REQUIRED, example = "TLSv1.3", nullable = true)
        @Nullable String tls,
    @Schema(
            requiredMode = Schema.RequiredMode.REQUIRED,
            example = "scans@example.com",
            nullable = true)
        @Nullable String mailFrom,
    @ArraySchema(
            maxItems = 100,
            arraySchema = @Schema(example = "[\"office@example.org\"]"),
            schema = @Schema(type = "string"))
        List<String> recipients,
    @Schema(example = "1") int recipientCount,
    @Schema(requiredMode = Schema.RequiredMode.REQUIRED, example = "3145728", nullable = true)
        @Nullable Long bytes,
    @Schema(example = "delivered", pattern = "^(delivered|queued|bounced|dropped|refused)$")
        String outcome,
    @Schema(requiredMode = Schema.RequiredMode.REQUIRED, example = "250 2.0.0 OK", nullable = true)
        @Nullable String reply,
    @Schema(requiredMode = Schema.RequiredMode.REQUIRED, example = "next-hop", nullable = true)
        @Nullable String reason,
    @Schema(requiredMode = Schema.RequiredMode.REQUIRED, example = "412", nullable = true)
        @Nullable Long millis,
    @Schema(example = "12", nullable = false) @JsonInclude(JsonInclude.Include.NON_NULL)
        @Nullable Long times,
    @ArraySchema(
            schema = @Schema(implementation = HistoryAnswer.class),
            arraySchema = @Schema(nullable = false))
        @JsonInclude(JsonInclude.Include.NON_NULL)
        @Nullable List<HistoryAnswer> history) {
  static final String ID_EXAMPLE = "mhx2k9qw1a2b3c4d5e";

  /** One thing that happened to a message. */
  @Serdeable
  @Schema(name = "MessageEvent")
  record HistoryAnswer(
      Instant at,
      @Schema(example = "attempt", pattern = "^(delivered|queued|refused|attempt|bounced|dropped)$")
          String what,
      @ArraySchema(
              maxItems = 100,
              arraySchema = @Schema(example = "[\"office@example.org\"]"),
              schema = @Schema(type = "string"))
          List<String> recipients,
      @Schema(
              requiredMode = Schema.RequiredMode.REQUIRED,
              example = "451 4.4.1 Try again later",
              nullable = true)
          @Nullable String reply,
      @Schema(requiredMode = Schema.RequiredMode.REQUIRED, example = "2", nullable = true)
          @Nullable Long attempt,
      @Schema(
              requiredMode = Schema.RequiredMode.REQUIRED,
              example = "2026-11-27T10:05:00Z",
              nullable = true)
          @Nullable Instant next) {
    static HistoryAnswer of(HistoryEntry entry) {
      return new HistoryAnswer(
          entry.at(),
          entry.what(),
          entry.recipients(),
          entry.reply(),
          entry.attempt(),
          entry.next());
    }
  }

  /** Some of an account's messages. */
  @Serdeable
  @Schema(name = "MessagePage")
  record MessagePage(
      List<MessageAnswer> items,
      @Schema(
              requiredMode = Schema.RequiredMode.REQUIRED,
              description = Pages.NEXT_CURSOR,
              nullable = true)
          @Nullable String nextCursor) {
    static MessagePage of(List<LoggedMessage> messages, @Nullable String nextCursor) {
      return new MessagePage(
          messages.stream().map(message -> MessageAnswer.of(message, null)).toList(), nextCursor);
    }
  }

  static MessageAnswer of(MessageLog.Story story) {
    return of(story.message(), story.history().stream().map(HistoryAnswer::of).toList());
  }

  private static MessageAnswer of(LoggedMessage message, @Nullable List<HistoryAnswer> history) {
    return new MessageAnswer(
        message.id(),
        message.at(),
        message.username(),
        message.ip(),
        message.authenticatedBy(),
        message.helo(),
        message.tls(),
        message.mailFrom(),
        message.recipients(),
        message.recipientCount(),
        message.bytes(),
        message.outcome().word(),
        message.reply(),
        message.reason(),
        message.millis(),
        message.times() == 1 ? null : message.times(),
        history);
  }
}
