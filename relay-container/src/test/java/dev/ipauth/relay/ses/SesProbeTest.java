package dev.ipauth.relay.ses;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ipauth.relay.onward.Onward;
import dev.ipauth.relay.onward.OnwardSettings.Timeouts;
import dev.ipauth.relay.onward.TestCertificates;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whether SES is there, and what keeps the relay from sending. */
class SesProbeTest {
  private final Path folder;
  private final FakeSes ses = new FakeSes();
  private final RecordingEvents events = new RecordingEvents();
  private final List<String> steps = new CopyOnWriteArrayList<>();

  SesProbeTest(@TempDir Path folder) throws IOException {
    this.folder = folder;
  }

  @AfterEach
  void close() {
    ses.close();
  }

  private WayToSes way(FakeSes to) {
    var way = new WayToSes(to.endpoint(), folder, events);
    way.steps = (step, found) -> steps.add(step + " " + found);
    return way;
  }

  private static void probe(Onward onward) {
    onward.probe(WayToSes.LOOP).toCompletableFuture().join();
  }

  private String probed(WayToSes way) {
    probe(way.open());
    assertEquals(1, events.happened.size(), events.happened::toString);
    return events.happened.getFirst();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "-",
      textBlock =
          """
          200 | -                           | {"SendingEnabled":true,"ProductionAccessEnabled":true} | opened
          200 | -                           | {"SendingEnabled":false}  | failed AUTH OPERATOR: Amazon SES said that sending is paused for this account
          200 | -                           | <html>log in</html>       | failed CONNECT NONSENSE: Amazon SES answers 200, and nothing of the account
          200 | -                           | {}                        | failed CONNECT NONSENSE: Amazon SES answers 200, and nothing of the account
          403 | AccessDeniedException       | {"message":"not allowed"} | opened
          403 | UnrecognizedClientException | {"message":"bad token"}   | failed AUTH OPERATOR: Amazon SES said UnrecognizedClientException: bad token
          403 | ExpiredTokenException       | {"message":"expired"}     | failed AUTH OPERATOR: Amazon SES said ExpiredTokenException: expired
          429 | TooManyRequestsException    | {"message":"slow down"}   | opened
          400 | ThrottlingException         | {"message":"slow down"}   | opened
          500 | InternalFailure             | {}                        | failed CONNECT NONSENSE: Amazon SES answers 500
          503 | -                           | busy                      | failed CONNECT NONSENSE: Amazon SES answers 503
          302 | -                           | <html>                    | failed CONNECT NONSENSE: Amazon SES answers 302
          404 | -                           | <html>                    | opened
          404 | NotFoundException           | {"message":"no account"}  | opened
          405 | -                           | -                         | opened
          501 | InternalFailure             | {"message":"not here"}    | opened
          """)
  void whatItAnswers(int status, @Nullable String error, @Nullable String body, String expected) {
    String name = error == null ? "" : error;
    ses.answer = new FakeSes.Answer(status, name, body == null ? "" : body, Map.of());
    assertEquals(expected, probed(way(ses)));
  }

  /** A mistyped AWS_ENDPOINT_URL: no message would ever go there, and all would seem well. */
  @ParameterizedTest
  @CsvSource({
    "https://ses.internal.example, 404, true",
    "http://127.0.0.1:4566, 501, true",
    "https://ses.internal.example, 400, false",
    "https://dynamodb.eu-central-1.amazonaws.com, 404, false",
    "https://S3.EU-CENTRAL-1.AMAZONAWS.COM, 405, false",
    "https://sqs.cn-north-1.amazonaws.com.cn, 404, false",
    "https://email.eu-central-1.api.aws, 404, false",
    "https://amazonaws.com.example, 404, true"
  })
  void anotherServiceOfAmazonsDoesntStandInForSes(URI endpoint, int status, boolean standsIn) {
    assertEquals(standsIn, SesFarSide.knowsNoAccount(endpoint, status));
  }

  /** A question that isn't answered is no message that may arrive twice. */
  @Test
  void noAnswer() {
    ses.drops = true;
    WayToSes way = way(ses);
    var soon = Duration.ofSeconds(1);
    way.timeouts = new Timeouts(Timeouts.DEFAULT.connect(), soon, soon, soon);
    String failed = probed(way);
    assertTrue(failed.startsWith("failed CONNECT TIMED_OUT: 127.0.0.1 "), failed);
  }

  @Test
  void nobodyThere() {
    ses.close();
    assertEquals("failed CONNECT UNREACHABLE: 127.0.0.1 can't be connected to", probed(way(ses)));
  }

  /** One answer ends an outage, though it says no more than that the relay may not ask. */
  @Test
  void anOutageEnds() {
    Onward onward = way(ses).open();
    ses.answer = new FakeSes.Answer(503, "", "busy");
    probe(onward);
    probe(onward);
    assertTrue(onward.health().isDown());
    ses.answer = new FakeSes.Answer(403, "UnrecognizedClientException", "who?");
    probe(onward);
    assertTrue(onward.health().isDown());
    ses.answer = new FakeSes.Answer(403, "AccessDeniedException", "not allowed");
    probe(onward);
    assertFalse(onward.health().isDown());
  }

  @Test
  void oneOfAnotherNameIsAskedNothing() throws IOException {
    try (var stranger = new FakeSes(TestCertificates.server("other.example"))) {
      WayToSes trusting = way(stranger);
      trusting.authorities = TestCertificates.pem();
      String failed = probed(trusting);
      assertTrue(failed.contains("is for other.example, not for 127.0.0.1"), failed);
      assertEquals(0, stranger.requests.get());
    }
  }

  @Test
  void oneBehindAnAuthorityOfOnesOwn() throws IOException {
    try (var secure = new FakeSes(TestCertificates.server("127.0.0.1"))) {
      secure.answer = new FakeSes.Answer(200, "", "{\"SendingEnabled\":true}", Map.of());
      String failed = probed(way(secure));
      assertTrue(failed.contains("NEXT_HOP_CA can name whom to trust"), failed);
      events.happened.clear();
      WayToSes trusting = way(secure);
      trusting.authorities = TestCertificates.pem();
      assertEquals("opened", probed(trusting));
      assertEquals("account sending enabled: true, out of the sandbox: unknown", steps.getLast());
    }
  }
}
