package dev.ipauth.relay.operation;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ManagementTest {
  private final Readiness readiness =
      new Readiness(
          () ->
              CompletableFuture.completedFuture(
                  this.tablesReadable ? Optional.empty() : Optional.of("Access is denied.")),
          () -> Optional.ofNullable(this.queueTrouble));
  private final Management management =
      new Management(
          new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), readiness, () -> "figures\n");
  private volatile boolean tablesReadable = true;
  private volatile @Nullable String queueTrouble;

  @AfterEach
  void stop() {
    management.close();
  }

  private String ask(String method, String path) throws IOException, InterruptedException {
    var uri = URI.create("http://127.0.0.1:" + management.address().getPort() + path);
    var request = HttpRequest.newBuilder(uri).method(method, BodyPublishers.noBody()).build();
    try (var client = HttpClient.newHttpClient()) {
      var response = client.send(request, BodyHandlers.ofString());
      return (response.statusCode() + " " + response.body()).strip();
    }
  }

  @Test
  void aRelayThatServes() throws Exception {
    assertEquals("200 serving", ask("GET", "/health"));
    assertEquals("200 ready", ask("GET", "/ready"));
    assertEquals("200 figures", ask("GET", "/metrics"));
    assertEquals("200", ask("HEAD", "/ready"));
  }

  @Test
  void aRelayThatCannotReadTheTablesIsHealthyButNotReady() throws Exception {
    tablesReadable = false;
    assertEquals("200 serving", ask("GET", "/health"));
    assertEquals("503 The tables can't be read: Access is denied.", ask("GET", "/ready"));
    assertEquals("503", ask("HEAD", "/ready"));
    tablesReadable = true;
    assertEquals("200 ready", ask("GET", "/ready"));
  }

  @Test
  void aRelayThatCanKeepNothingServesAndSaysSo() throws Exception {
    queueTrouble = "the disk stands still";
    assertEquals("200 ready, but nothing can be kept: the disk stands still", ask("GET", "/ready"));
    queueTrouble = null;
    assertEquals("200 ready", ask("GET", "/ready"));
  }

  @Test
  void onceReadyARelayStaysInServiceThroughAnOutageOfTheTables() throws Exception {
    tablesReadable = false;
    assertEquals("503 The tables can't be read: Access is denied.", ask("GET", "/in-service"));
    tablesReadable = true;
    assertEquals("200 in service", ask("GET", "/in-service"));
    tablesReadable = false;
    assertEquals("200 in service", ask("GET", "/in-service"));
    readiness.drain();
    assertEquals("503 draining", ask("GET", "/in-service"));
  }

  @Test
  void aRelayThatDrainsIsHealthyButNotReady() throws Exception {
    readiness.drain();
    assertEquals("200 serving", ask("GET", "/health"));
    assertEquals("503 draining", ask("GET", "/ready"));
  }

  @Test
  void thereIsNothingElse() throws Exception {
    assertEquals("404 here are /health, /ready, /in-service and /metrics", ask("GET", "/"));
    assertEquals("404 here are /health, /ready, /in-service and /metrics", ask("GET", "/healthy"));
    assertEquals("404 here are /health, /ready, /in-service and /metrics", ask("GET", "/health/"));
    assertEquals("405 only GET and HEAD here", ask("POST", "/health"));
    assertEquals("405 only GET and HEAD here", ask("DELETE", "/metrics"));
  }

  @Test
  void aPortThatIsTakenIsSaidSo() {
    assertThrows(
        UncheckedIOException.class,
        () -> new Management(management.address(), readiness, () -> ""));
  }

  /** A thread that is stuck doesn't keep the relay from ending. */
  @Test
  void closingDoesNotWaitForAnAnswerThatNeverComes() throws Exception {
    var asked = new CountDownLatch(1);
    var never = new CountDownLatch(1);
    var stuck =
        new Management(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
            readiness,
            () -> {
              asked.countDown();
              return waitFor(never);
            });
    try (var socket = new Socket(InetAddress.getLoopbackAddress(), stuck.address().getPort())) {
      socket.getOutputStream().write("GET /metrics HTTP/1.0\r\n\r\n".getBytes(US_ASCII));
      asked.await();
      assertTimeoutPreemptively(Duration.ofSeconds(60), stuck::close);
    } finally {
      never.countDown();
    }
  }

  /** Whatever interrupts it. */
  private static String waitFor(CountDownLatch never) {
    while (never.getCount() > 0) {
      try {
        never.await();
      } catch (InterruptedException _) {
        // That is what being stuck means.
      }
    }
    return "";
  }

  @Test
  void theHealthCheckTellsByItsExitStatus() {
    // It times out after 3 s, which a busy machine may take.
    assertTrue(IntStream.range(0, 5).anyMatch(_ -> HealthCheck.ask(management.address()) == 0));
    management.close();
    assertEquals(1, HealthCheck.ask(management.address()));
  }
}
