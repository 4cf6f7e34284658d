package dev.ipauth.relay.onward;

import dev.ipauth.relay.oauth.AccessToken;
import dev.ipauth.relay.onward.Failure.Kind;
import dev.ipauth.relay.onward.Failure.Stage;
import dev.ipauth.relay.smtp.Reply;
import dev.ipauth.relay.tls.ClientTls;
import dev.ipauth.relay.tls.PeerCertificate;
import io.netty.handler.ssl.SslHandler;
import java.time.Instant;
import java.util.Arrays;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/**
 * What is said on a new connection before the first message: greeting, EHLO, STARTTLS, AUTH. A
 * refusal here says nothing about the mail, so even one for good is only {@link NextHopLost}.
 */
final class Handshake {
  private final OnwardSettings settings;
  private final ClientTls tls;
  private final NextHopConnection connection;
  private final boolean inTheClear;
  private final @Nullable AccessToken token;
  private final Steps steps;

  /**
   * Says nothing yet.
   *
   * @param inTheClear whether STARTTLS is left alone, even if offered
   * @param token to authenticate with, null where that isn't done with one
   */
  Handshake(
      OnwardSettings settings,
      ClientTls tls,
      NextHopConnection connection,
      boolean inTheClear,
      @Nullable AccessToken token,
      Steps steps) {
    this.settings = settings;
    this.tls = tls;
    this.connection = connection;
    this.inTheClear = inTheClear;
    this.token = token;
    this.steps = steps;
  }

  /** Completes when mail can be sent, or fails with {@link NextHopLost}. */
  CompletionStage<NextHopConnection> run() {
    return connection
        .greeting()
        .thenAccept(greeting -> expect(Stage.GREETING, greeting, 220))
        .thenCompose(_ -> hello())
        .thenCompose(_ -> encrypt())
        .thenCompose(_ -> authenticate())
        .thenAccept(_ -> offered())
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
    return connection.encrypt(tls).thenAccept(_ -> encrypted()).thenCompose(_ -> hello());
  }

  /** Says with whom. */
  void encrypted() {
    SslHandler handler = connection.channel().pipeline().get(SslHandler.class);
    if (handler != null) {
      SSLSession session = handler.engine().getSession();
      boolean proven = isTlsRequired() || settings.login() != null;
      String how = proven ? "" : " (taken unproven, since NEXT_HOP=smtp:// doesn't need TLS)";
      steps.made("TLS", PeerCertificate.describe(session, Instant.now()) + how);
    }
  }

  private boolean isTlsRequired() {
    return settings.isTlsRequired();
  }

  private boolean isEncrypted() {
    return connection.channel().pipeline().get(SslHandler.class) != null;
  }

  // --- AUTH --------------------------------------------------------------------------------------

  private CompletionStage<Void> authenticate() {
    Login login = settings.login();
    return login == null
        ? done()
        : new LoginDialogue(connection, isEncrypted(), login, token)
            .run()
            .thenAccept(_ -> steps.made("AUTH", "accepted as " + login.username()));
  }

  private void offered() {
    String all = connection.keywords().stream().sorted().collect(Collectors.joining(", "));
    steps.made("offers", all.isEmpty() ? "nothing" : all);
  }

  static void expect(Stage stage, Reply reply, int code) {
    if (reply.code() != code) {
      throw new NextHopLost(Failure.of(stage, reply));
    }
  }

  private static CompletionStage<Void> done() {
    return CompletableFuture.completedStage(null);
  }
}
