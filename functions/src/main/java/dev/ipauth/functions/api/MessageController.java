package dev.ipauth.functions.api;

import dev.ipauth.functions.api.MessageAnswer.MessagePage;
import dev.ipauth.functions.caller.Caller;
import dev.ipauth.functions.messages.MessageLog;
import dev.ipauth.functions.messages.Outcome;
import dev.ipauth.functions.messages.QueuedMessages;
import dev.ipauth.functions.problem.Problem;
import dev.ipauth.functions.problem.ProblemType;
import dev.ipauth.functions.problem.Refusal;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Delete;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.PathVariable;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.enums.ParameterIn;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What became of the account's messages. */
@Controller("/v1/messages")
@ExecuteOn(TaskExecutors.BLOCKING)
final class MessageController {
  private final MessageLog log;
  private final QueuedMessages queue;
  private final Pages pages;

  MessageController(MessageLog log, QueuedMessages queue, Pages pages) {
    this.log = log;
    this.queue = queue;
    this.pages = pages;
  }

  @Get
  @Operation(
      tags = Tags.MESSAGES,
      operationId = "listMessages",
      summary = "What became of the account's messages, the newest first",
      description =
          "One item for each transaction, and one for each refusal outside of one. A page may be"
              + " shorter than asked for where filters leave much out; only \"nextCursor\": null is"
              + " the end.")
  @ApiResponse(responseCode = "200", description = "As asked", useReturnTypeSchema = true)
  @Refused.Always
  @Parameter(name = "username", in = ParameterIn.QUERY, ref = "#/components/parameters/OfUsername")
  @Parameter(name = "outcome", in = ParameterIn.QUERY, ref = "#/components/parameters/Outcomes")
  @Parameter(name = "from", in = ParameterIn.QUERY, ref = "#/components/parameters/FromTime")
  @Parameter(name = "until", in = ParameterIn.QUERY, ref = "#/components/parameters/UntilTime")
  @Pages.Described
  MessagePage list(@Bound Caller caller, @Bound Query query) {
    var filter =
        new MessageLog.Filter(
            query.username("username"),
            outcomes(query.text("outcome")),
            time("from", query.text("from")),
            time("until", query.text("until")));
    return pages.shortPage(
        caller,
        "messages",
        query,
        (accountId, after, limit) -> log.page(accountId, filter, after, limit),
        MessageController::page);
  }

  private static MessagePage page(MessageLog.Found found, @Nullable String cursor) {
    return MessagePage.of(found.messages(), cursor);
  }

  private static Set<Outcome> outcomes(@Nullable String text) {
    Set<Outcome> outcomes = EnumSet.noneOf(Outcome.class);
    if (text != null) {
      for (String word : text.split(",", -1)) {
        outcomes.add(
            Outcome.of(word)
                .orElseThrow(
                    () ->
                        Query.refused(
                            "outcome is delivered, queued, bounced, dropped or refused, several"
                                + " with commas between.")));
      }
    }
    return outcomes;
  }

  /** A + that wasn't encoded has become a space. */
  private static @Nullable Instant time(String name, @Nullable String text) {
    try {
      return text == null ? null : OffsetDateTime.parse(text.replace(' ', '+')).toInstant();
    } catch (DateTimeException _) {
      throw Query.refused(name + " is a time such as 2026-11-27T10:00:00Z.");
    }
  }

  @Operation(
      tags = Tags.MESSAGES,
      operationId = "getMessage",
      summary = "What became of one message, step by step")
  @ApiResponse(responseCode = "200", description = "As asked", useReturnTypeSchema = true)
  @Refused.OfOne
  @Parameter(name = "id", in = ParameterIn.PATH, ref = "#/components/parameters/MessageId")
  @Get("/{id:[^/]+}")
  MessageAnswer get(@Bound Caller caller, @PathVariable String id) {
    MessageLog.Story story = log.find(caller.accountId(), id);
    if (story == null) {
      throw noSuchMessage();
    }
    return MessageAnswer.of(story);
  }

  @Operation(
      tags = Tags.MESSAGES,
      operationId = "dropMessage",
      summary = "Deliver no more of a message",
      description = "What is still queued of it is dropped, and nobody gets a report.")
  @ApiResponse(responseCode = "204", description = "It isn't delivered any more")
  @Refused.OfOne
  @Parameter(name = "id", in = ParameterIn.PATH, ref = "#/components/parameters/MessageId")
  @ApiResponse(responseCode = "409", ref = Refused.NOT_QUEUED)
  @Delete("/{id:[^/]+}")
  HttpResponse<Void> drop(@Bound Caller caller, @PathVariable String id) {
    return switch (queue.drop(caller.accountId(), id)) {
      case DROPPED -> HttpResponse.noContent();
      case UNDER_WAY -> throw underWay();
      case NOT_QUEUED -> {
        if (log.find(caller.accountId(), id) == null) {
          throw noSuchMessage();
        }
        throw new Refusal(ProblemType.NOT_QUEUED, ProblemType.NOT_QUEUED.example());
      }
    };
  }

  private static Refusal underWay() {
    return new Refusal(
        Problem.of(ProblemType.UNDER_WAY, ProblemType.UNDER_WAY.example()),
        Map.of("Retry-After", "5"));
  }

  private static Refusal noSuchMessage() {
    return new Refusal(ProblemType.NOT_FOUND, "There is no such message in this account.");
  }
}
