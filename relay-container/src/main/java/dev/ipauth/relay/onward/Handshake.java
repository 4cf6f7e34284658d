package dev.ipauth.relay.onward;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.ipauth.relay.onward.Failure.Kind;
import dev.ipauth.relay.onward.Failure.Stage;
import dev.ipauth.relay.onward.NextHopAddress.Encryption;
import dev.ipauth.relay.smtp.Reply;
import dev.ipauth.relay.tls.ClientTls;
import io.netty.handler.ssl.SslHandler;
import java.util.Arrays;
import java.util.Base64;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What is said on a new connection before the first message: greeting, EHLO, STARTTLS, AUTH. A
 * refusal here says nothing about the mail, so even one for good is only {@link NextHopLost}.
 */
final class Handshake {
  private final OnwardSettings settings;
  private final ClientTls tls;
  private final NextHopConnection connection;
  private final boolean inTheClear;

  /**
   * Says nothing yet.
   *
   * @param inTheClear whether STARTTLS is left alone, even if offered
   */
  Handshake(
      OnwardSettings settings, ClientTls tls, NextHopConnection connection, boolean inTheClear) {
    this.settings = settings;
    this.tls = tls;
    this.connection = connection;
    this.inTheClear = inTheClear;
  }

  /** Completes when mail can be sent, or fails with {@link NextHopLost}. */
  CompletionStage<NextHopConnection> run() {
    return connection
        .greeting()
        .thenAccept(greeting -> expect(Stage.GREETING, greeting, 220))
        .thenCompose(_ -> hello())
        .thenCompose(_ -> encrypt())
        .thenCompose(_ -> authenticate())
        .thenApply(_ -> connection);
  }

  // --- EHLO --------------------------------------------------------------------------------------

  private CompletionStage<Void> hello() {
    return connection
        .say(Stage.EHLO, "EHLO " + settings.hostname())
        .thenCompose(
            reply -> {
              if (reply.code() / 100 == 5) {
                return oldHello();
              }
              expect(Stage.EHLO, reply, 250);
              connection.offers(keywords(reply));
              return done();
            });
  }

  /** RFC 5321 section 3.2: a server that doesn't know EHLO. */
  private CompletionStage<Void> oldHello() {
    connection.offers(Set.of());
    return connection
        .say(Stage.EHLO, "HELO " + settings.hostname())
        .thenAccept(reply -> expect(Stage.EHLO, reply, 250));
  }

  private static Set<String> keywords(Reply ehlo) {
    return ehlo.lines().stream()
        .skip(1)
        .map(line -> line.strip().toUpperCase(Locale.ROOT).split("[\\s=]+"))
        .flatMap(words -> words[0].equals("AUTH") ? mechanisms(words) : Stream.of(words[0]))
        .collect(Collectors.toSet());
  }

  private static Stream<String> mechanisms(String[] words) {
    return Arrays.stream(words).skip(1).map(mechanism -> "AUTH " + mechanism);
  }

  // --- STARTTLS (RFC 3207) -----------------------------------------------------------------------

  private CompletionStage<Void> encrypt() {
    boolean offered = connection.keywords().contains("STARTTLS");
    if (isEncrypted() || inTheClear || (!offered && !isTlsRequired())) {
      return done();
    }
    if (!offered) {
      throw new NextHopLost(
          Stage.TLS, Kind.OPERATOR, "the next hop doesn't offer STARTTLS, which is required");
    }
    return connection.say(Stage.TLS, "STARTTLS").thenCompose(this::startTls);
  }

  private CompletionStage<Void> startTls(Reply reply) {
    if (reply.code() >= 400 && connection.isUsable() && !isTlsRequired()) {
      return done();
    }
    expect(Stage.TLS, reply, 220);
    if (!connection.isBetweenReplies()) {
      throw new NextHopLost(Stage.EHLO, Kind.NONSENSE, "something was slipped in behind STARTTLS");
    }
    return connection.encrypt(tls).thenCompose(_ -> hello());
  }

  private boolean isTlsRequired() {
    return settings.nextHop().encryption() != Encryption.WHEN_OFFERED;
  }

  private boolean isEncrypted() {
    return connection.channel().pipeline().get(SslHandler.class) != null;
  }

  // --- AUTH (RFC 4954) ---------------------------------------------------------------------------

  private CompletionStage<Void> authenticate() {
    Credentials credentials = settings.credentials();
    if (credentials == null) {
      return done();
    }
    if (!isEncrypted() && !connection.isToThisMachine()) {
      throw new NextHopLost(
          Stage.AUTH,
          Kind.OPERATOR,
          "no password is shown in the clear: NEXT_HOP must be smtp+starttls:// or smtps://");
    }
    if (offers("AUTH PLAIN")) {
      return plain(credentials).thenCompose(reply -> unlessUnknown(reply, credentials));
    }
    if (offers("AUTH LOGIN")) {
      return login(credentials);
    }
    throw new NextHopLost(
        Stage.AUTH, Kind.OPERATOR, "the next hop offers neither AUTH PLAIN nor AUTH LOGIN");
  }

  private boolean offers(String keyword) {
    return connection.keywords().contains(keyword);
  }

  private CompletionStage<Reply> plain(Credentials credentials) {
    String response = "\0" + credentials.username() + "\0" + credentials.password();
    return connection.say(Stage.AUTH, "AUTH PLAIN " + base64(response));
  }

  /** Some servers offer PLAIN and don't know it: 504 (RFC 4954 section 4). */
  private CompletionStage<Void> unlessUnknown(Reply reply, Credentials credentials) {
    if (reply.code() == 504 && offers("AUTH LOGIN")) {
      return login(credentials);
    }
    expect(Stage.AUTH, reply, 235);
    return done();
  }

  private CompletionStage<Void> login(Credentials credentials) {
    return connection
        .say(Stage.AUTH, "AUTH LOGIN")
        .thenCompose(reply -> answer(reply, credentials.username()))
        .thenCompose(reply -> answer(reply, credentials.password()))
        .thenAccept(reply -> expect(Stage.AUTH, reply, 235));
  }

  private CompletionStage<Reply> answer(Reply prompt, String response) {
    expect(Stage.AUTH, prompt, 334);
    return connection.say(Stage.AUTH, base64(response));
  }

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(UTF_8));
  }

  private static void expect(Stage stage, Reply reply, int code) {
    if (reply.code() != code) {
      throw new NextHopLost(Failure.of(stage, reply));
    }
  }

  private static CompletionStage<Void> done() {
    return CompletableFuture.completedStage(null);
  }
}
