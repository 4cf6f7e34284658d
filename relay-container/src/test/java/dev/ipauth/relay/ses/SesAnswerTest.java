package dev.ipauth.relay.ses;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.ipauth.relay.http.HttpAnswer;
import dev.ipauth.relay.http.JsonFields;
import dev.ipauth.relay.onward.Failure;
import dev.ipauth.relay.onward.Failure.Kind;
import dev.ipauth.relay.smtp.Replies;
import java.net.http.HttpHeaders;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** SES's table of errors, and what a device hears of each. */
class SesAnswerTest {

  private record Case(FakeSes.Answer answer, String heard, Kind kind) {}

  @TestFactory
  Stream<DynamicTest> errors() {
    String operator = Replies.MISCONFIGURED.toString();
    String nextHop = Replies.NEXT_HOP_FAILED.toString();
    String throttled = Replies.THROTTLED.toString();
    String notVerified =
        "Email address is not verified. The following identities failed the check in region"
            + " EU-CENTRAL-1: a@example.com";
    return Stream.of(
            refusal(429, "TooManyRequestsException", "Maximum sending rate exceeded.", throttled),
            refusal(400, "LimitExceededException", "Daily quota", throttled),
            refusal(400, "SendingPausedException", "Sending is paused", operator),
            refusal(400, "AccountSuspendedException", "Suspended", operator),
            refusal(403, "AccessDeniedException", "not authorized: ses:SendRawEmail", operator),
            refusal(400, "MailFromDomainNotVerifiedException", "No MX", operator),
            refusal(404, "NotFoundException", "Configuration set <office>", operator),
            refusal(403, "ExpiredTokenException", "The token has expired", operator),
            refusal(400, "SomethingNewException", "?", operator),
            refusal(400, "MessageRejected", notVerified, "550 5.7.1 " + notVerified),
            refusal(400, "MessageRejected", "Bad content", "554 5.6.0 Bad content"),
            refusal(400, "BadRequestException", "No header", "554 5.6.0 No header"),
            refusal(
                400,
                "BadRequestException",
                "Message length is more than 40000000 bytes long: it exceeds",
                Replies.TOO_LARGE.toString()),
            refusal(413, "RequestTooLarge", "", Replies.TOO_LARGE.toString()),
            refusal(500, "InternalFailure", "", nextHop),
            refusal(503, "ServiceUnavailable", "", nextHop),
            new Case(new FakeSes.Answer(200, "", "<html>", Map.of()), nextHop, Kind.NONSENSE),
            new Case(new FakeSes.Answer(404, "", "<html>", Map.of()), nextHop, Kind.NONSENSE))
        .map(
            each ->
                DynamicTest.dynamicTest(
                    each.answer().status() + " " + each.answer().error(), () -> check(each)));
  }

  private static Case refusal(int status, String error, String words, String heard) {
    boolean known = heard.equals(Replies.MISCONFIGURED.toString());
    Kind notNow = heard.startsWith("454") ? Kind.REFUSED_FOR_NOW : Kind.NONSENSE;
    Kind others = heard.startsWith("5") ? Kind.REFUSED_FOR_GOOD : notNow;
    return new Case(
        new FakeSes.Answer(status, error, words), heard, known ? Kind.OPERATOR : others);
  }

  private static void check(Case each) {
    Map<String, List<String>> headers =
        Map.of("x-amzn-ErrorType", List.of(each.answer().error() + ":http://internal/coral/"));
    var answer =
        new HttpAnswer(
            each.answer().status(),
            HttpHeaders.of(headers, (_, _) -> true),
            JsonFields.read(each.answer().body().getBytes(UTF_8)));
    SesAnswer heard = SesAnswer.of(answer);
    assertEquals(each.heard(), heard.reply().toString());
    Failure failure = heard.failure();
    assertEquals(each.kind(), failure == null ? null : failure.kind());
  }
}
