package dev.ipauth.functions;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ipauth.functions.messages.Recorder;
import dev.ipauth.tables.MessageId;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The recorder writes of SMTP users while somebody edits them, each edit resting on the last. */
class MailStormTest {
  private static final List<String> USERS = List.of("scanner", "copier", "app");
  private static final int EDITS = 12;
  private static final int LINES_AT_ONCE = 20;

  private final AtomicInteger lines = new AtomicInteger();
  private final AtomicBoolean over = new AtomicBoolean();

  @Test
  void noEditIsStaleAndNoneIsReverted() throws Exception {
    try (Platform platform = Platform.start();
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (String user : USERS) {
        platform.send("acme", "POST", "/v1/smtp-users", "{\"username\": \"%s\"}".formatted(user));
      }
      Recorder recorder = platform.context().getBean(Recorder.class);
      int recorded = recorder.record(batch());
      List<Future<Integer>> storms =
          List.of(threads.submit(() -> storm(recorder)), threads.submit(() -> storm(recorder)));
      var edits = new ArrayList<Callable<Void>>();
      USERS.forEach(user -> edits.add(() -> edit(platform, user)));
      try {
        for (Future<Void> edit : threads.invokeAll(edits)) {
          edit.get();
        }
      } finally {
        over.set(true);
      }
      for (Future<Integer> storm : storms) {
        recorded += storm.get();
      }
      assertEquals(lines.get(), recorded);
      String usage = platform.send("acme", "GET", "/v1/usage", "").body();
      assertEquals(recorded, messages(usage), usage);
    }
  }

  /** Of all days: midnight may pass meanwhile. */
  private static int messages(String usage) {
    return Pattern.compile("\"messages\":(\\d+)")
        .matcher(usage)
        .results()
        .mapToInt(day -> Integer.parseInt(day.group(1)))
        .sum();
  }

  /** Mail of every user, until the edits are done. */
  private int storm(Recorder recorder) {
    int recorded = 0;
    do {
      recorded += recorder.record(batch());
    } while (!over.get());
    return recorded;
  }

  private List<String> batch() {
    return Stream.generate(() -> line(lines.incrementAndGet())).limit(LINES_AT_ONCE).toList();
  }

  private static String line(int number) {
    Instant now = Instant.now().truncatedTo(ChronoUnit.MILLIS);
    return """
        {"event":"message","at":"%s","line":"1k2j3h-%s","id":"%s","smtpUser":"%s",\
        "accountId":"acme","ip":"198.51.100.7","recipients":["a@example.org"],"bytes":7,\
        "outcome":"delivered","reply":"250 2.0.0 OK"}"""
        .formatted(
            now,
            Integer.toString(number, 36),
            MessageId.begunAt(now.toEpochMilli(), number),
            USERS.get(number % USERS.size()));
  }

  private static Void edit(Platform platform, String user)
      throws IOException, InterruptedException {
    String path = "/v1/smtp-users/" + user;
    String tag = tag(platform.send("acme", "GET", path, ""));
    for (int i = 0; i < EDITS; i++) {
      String description = "\"description\":\"edit %s\"".formatted(i);
      HttpResponse<String> edited =
          platform.send(
              HttpRequest.newBuilder(platform.uri(path))
                  .header("Authorization", "Bearer " + platform.token("acme"))
                  .header("Content-Type", "application/json")
                  .header("If-Match", tag)
                  .method("PATCH", HttpRequest.BodyPublishers.ofString("{" + description + "}"))
                  .build());
      assertEquals(200, edited.statusCode(), edited::body);
      assertFalse(tag.equals(tag(edited)), "an edit raises the version");
      tag = tag(edited);

      HttpResponse<String> read = platform.send("acme", "GET", path, "");
      assertTrue(read.body().contains(description), read.body());
      assertEquals(tag, tag(read), "mail doesn't");
    }
    assertTrue(
        platform.send("acme", "GET", path, "").body().contains("\"outcome\":\"delivered\""), user);
    return null;
  }

  private static String tag(HttpResponse<String> answer) {
    return answer.headers().firstValue("ETag").orElseThrow();
  }
}
