package dev.ipauth.relay.onward;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.ipauth.relay.onward.NextHopAddress.Encryption;
import dev.ipauth.relay.onward.NextHopEvents.Stage;
import dev.ipauth.relay.smtp.Reply;
import io.netty.handler.ssl.SslHandler;
import java.util.Arrays;
import java.util.Base64;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What is said on a new connection before the first message: greeting, EHLO, STARTTLS, AUTH. */
final class Opening {
  private final OnwardSettings settings;
  private final ClientTls tls;
  private final NextHopConnection connection;

  Opening(OnwardSettings settings, ClientTls tls, NextHopConnection connection) {
    this.settings = settings;
    this.tls = tls;
    this.connection = connection;
  }

  /** Completes when mail can be sent, or fails with {@link NextHopLost}. */
  CompletionStage<NextHopConnection> run() {
    return connection
        .await(Stage.GREETING, settings.patience().command())
        .thenAccept(greeting -> expect(Stage.GREETING, greeting, 220))
        .thenCompose(_ -> hello())
        .thenCompose(_ -> encrypt())
        .thenCompose(_ -> authenticate())
        .thenApply(_ -> connection);
  }

  private CompletionStage<Void> hello() {
    return say("EHLO " + settings.hostname())
        .thenCompose(
            reply -> {
              if (reply.code() == 250) {
                connection.offers(keywords(reply));
                return CompletableFuture.completedStage(null);
              }
              return oldHello();
            });
  }

  /** RFC 5321 section 3.2: a server that doesn't know EHLO. */
  private CompletionStage<Void> oldHello() {
    connection.offers(Set.of());
    return say("HELO " + settings.hostname())
        .thenAccept(reply -> expect(Stage.GREETING, reply, 250));
  }

  private static Set<String> keywords(Reply ehlo) {
    return ehlo.lines().stream()
        .skip(1)
        .flatMap(
            line ->
                line.toUpperCase(Locale.ROOT).startsWith("AUTH ") ? mechanisms(line) : first(line))
        .collect(Collectors.toSet());
  }

  private static Stream<String> first(String line) {
    return Stream.of(line.strip().split("\\s+", 2)[0].toUpperCase(Locale.ROOT));
  }

  private static Stream<String> mechanisms(String line) {
    return Arrays.stream(line.strip().toUpperCase(Locale.ROOT).split("\\s+"))
        .skip(1)
        .map(mechanism -> "AUTH " + mechanism);
  }

  private CompletionStage<Void> encrypt() {
    Encryption encryption = settings.nextHop().encryption();
    boolean offered = connection.keywords().contains("STARTTLS");
    if (encryption == Encryption.FROM_THE_START || isEncrypted()) {
      return CompletableFuture.completedStage(null);
    }
    if (!offered && encryption == Encryption.REQUIRED) {
      throw new NextHopLost(Stage.TLS, "the next hop doesn't offer STARTTLS, which is required");
    }
    return offered ? startTls() : CompletableFuture.completedStage(null);
  }

  private CompletionStage<Void> startTls() {
    return say("STARTTLS")
        .thenCompose(
            reply -> {
              expect(Stage.TLS, reply, 220);
              return tls.begin(connection);
            })
        .thenCompose(_ -> hello());
  }

  private boolean isEncrypted() {
    return connection.channel().pipeline().get(SslHandler.class) != null;
  }

  private CompletionStage<Void> authenticate() {
    Credentials credentials = settings.credentials();
    if (credentials == null) {
      return CompletableFuture.completedStage(null);
    }
    if (!isEncrypted() && !connection.isToThisMachine()) {
      throw new NextHopLost(Stage.AUTH, "no password is sent in the clear: use smtp+starttls://");
    }
    if (connection.keywords().contains("AUTH PLAIN")) {
      String response = "\0" + credentials.username() + "\0" + credentials.password();
      return say("AUTH PLAIN " + base64(response)).thenAccept(r -> expect(Stage.AUTH, r, 235));
    }
    if (connection.keywords().contains("AUTH LOGIN")) {
      return say("AUTH LOGIN")
          .thenCompose(r -> sayAfter(r, base64(credentials.username())))
          .thenCompose(r -> sayAfter(r, base64(credentials.password())))
          .thenAccept(r -> expect(Stage.AUTH, r, 235));
    }
    throw new NextHopLost(Stage.AUTH, "the next hop offers neither AUTH PLAIN nor AUTH LOGIN");
  }

  private CompletionStage<Reply> sayAfter(Reply reply, String line) {
    expect(Stage.AUTH, reply, 334);
    return say(line);
  }

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(UTF_8));
  }

  private CompletableFuture<Reply> say(String line) {
    var reply = connection.send(line, settings.patience().command());
    connection.flush();
    return reply;
  }

  private static void expect(Stage stage, Reply reply, int code) {
    if (reply.code() != code) {
      throw new NextHopLost(stage, "the next hop said " + reply);
    }
  }
}
