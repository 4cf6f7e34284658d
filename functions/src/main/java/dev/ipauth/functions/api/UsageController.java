package dev.ipauth.functions.api;

import dev.ipauth.functions.caller.Caller;
import dev.ipauth.functions.messages.Counts;
import dev.ipauth.functions.messages.Usage;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import io.micronaut.serde.annotation.Serdeable;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.enums.ParameterIn;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the account has sent, by day. */
@Controller("/v1/usage")
@ExecuteOn(TaskExecutors.BLOCKING)
final class UsageController {
  private static final int MOST_DAYS = 400;
  private static final int USUAL_DAYS = 30;

  /**
   * A day's counts.
   *
   * @param messages that were answered 250
   * @param recipients of these
   * @param bytes of these
   * @param refused transactions and MAILs
   * @param bounced recipients of the day's messages, whenever they bounced
   */
  @Serdeable
  @Schema(name = "DayOfUsage")
  record DayAnswer(
      @Schema(type = "string", format = "date", example = "2026-11-27") String day,
      @Schema(example = "12") long messages,
      @Schema(example = "14") long recipients,
      @Schema(example = "31457280") long bytes,
      @Schema(example = "1") long refused,
      @Schema(example = "0") long bounced) {
    static DayAnswer of(LocalDate day, Counts counts) {
      return new DayAnswer(
          day.toString(),
          counts.messages(),
          counts.recipients(),
          counts.bytes(),
          counts.refused(),
          counts.bounced());
    }
  }

  /** Days in UTC, in their order, those without mail included. */
  @Serdeable
  @Schema(name = "Usage")
  record UsageAnswer(List<DayAnswer> days) {}

  private final Usage usage;
  private final Clock clock;

  UsageController(Usage usage, Clock clock) {
    this.usage = usage;
    this.clock = clock;
  }

  @Get
  @Operation(
      tags = Tags.MESSAGES,
      operationId = "getUsage",
      summary = "What the account has sent, by day in UTC",
      description = "At most 400 days; without from and until the last 30.")
  @ApiResponse(responseCode = "200", description = "As asked", useReturnTypeSchema = true)
  @Refused.Always
  @Parameter(name = "from", in = ParameterIn.QUERY, ref = "#/components/parameters/FromDay")
  @Parameter(name = "until", in = ParameterIn.QUERY, ref = "#/components/parameters/UntilDay")
  @Parameter(name = "username", in = ParameterIn.QUERY, ref = "#/components/parameters/OfUsername")
  UsageAnswer usage(@Bound Caller caller, @Bound Query query) {
    LocalDate first = day("from", query.text("from"));
    LocalDate last = day("until", query.text("until"));
    String username = query.username("username");
    query.end();
    LocalDate today = LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC);
    LocalDate until = last != null ? last : first != null && first.isAfter(today) ? first : today;
    LocalDate from = first != null ? first : until.minusDays(USUAL_DAYS - 1L);
    long days = ChronoUnit.DAYS.between(from, until) + 1;
    if (days < 1 || days > MOST_DAYS) {
      throw Query.refused(
          days < 1 ? "from is a day after until." : "That is " + days + " days; 400 are the most.");
    }
    return new UsageAnswer(
        usage.days(caller.accountId(), username, from, until).entrySet().stream()
            .map(day -> DayAnswer.of(day.getKey(), day.getValue()))
            .toList());
  }

  /** Of the years 1000 to 2999: others are a misspelling, and a few days more sort elsewhere. */
  private static @Nullable LocalDate day(String name, @Nullable String text) {
    try {
      if (text == null) {
        return null;
      }
      if (text.matches("[12]\\d{3}-\\d{2}-\\d{2}")) {
        return LocalDate.parse(text);
      }
    } catch (DateTimeException _) {
      // As what has another form.
    }
    throw Query.refused(name + " is a day such as 2026-11-27.");
  }
}
