package dev.ipauth.local;

import dev.ipauth.functions.caller.IssuerKeys;
import dev.ipauth.local.sink.MailSink;
import dev.ipauth.settings.BadSettings;
import io.micronaut.context.ApplicationContext;
import io.micronaut.context.ApplicationContextBuilder;
import io.micronaut.context.exceptions.BeanInstantiationException;
import io.micronaut.http.server.exceptions.ServerStartupException;
import io.micronaut.runtime.server.EmbeddedServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

/**
 * The functions' application on a port of this machine. Its tokens are the {@link TokenIssuer}'s,
 * checked as any provider's are.
 */
final class ControlPlane implements AutoCloseable {
  private static final List<String> SHARED_WITH_THE_RELAY =
      List.of(
          "SMTP_USERS_TABLE",
          "IP_AUTHENTICATIONS_TABLE",
          "PASSWORD_PEPPER",
          "MAX_SMTP_USERS",
          "AUDIT_RETENTION",
          "RELAY_HOSTNAME",
          "MAX_MESSAGE_BYTES",
          "CACHE_TTL");

  private final EmbeddedServer server;

  private ControlPlane(EmbeddedServer server) {
    this.server = server;
  }

  /**
   * Starts to answer.
   *
   * @param environment complete, as the relay gets it
   * @throws UncheckedIOException when the port is taken
   */
  static ControlPlane start(
      LocalSettings local, Map<String, String> environment, DynamoDbClient client, MailSink sink) {
    var issuer = new TokenIssuer();
    ApplicationContext context =
        started(
            ApplicationContext.builder()
                .banner(false)
                .deduceEnvironment(false)
                .bootstrapEnvironment(false)
                .properties(properties(local, environment))
                .singletons(client, IssuerKeys.of(issuer.publicKeys()), issuer, sink));
    try {
      return new ControlPlane(context.getBean(EmbeddedServer.class).start());
    } catch (ServerStartupException e) {
      context.close();
      throw new UncheckedIOException(
          "HTTP_PORT=" + local.httpPort() + " can't be opened. Is it in use?", new IOException(e));
    }
  }

  private static ApplicationContext started(ApplicationContextBuilder application) {
    try {
      return application.start();
    } catch (BeanInstantiationException e) {
      // As functions says it: a sentence that names the variable.
      if (rootCause(e) instanceof IllegalArgumentException badSetting) {
        throw new BadSettings(List.of(String.valueOf(badSetting.getMessage())));
      }
      throw e;
    }
  }

  private static Throwable rootCause(Throwable failure) {
    Throwable cause = failure;
    while (cause.getCause() != null) {
      cause = cause.getCause();
    }
    return cause;
  }

  private static Map<String, Object> properties(
      LocalSettings local, Map<String, String> environment) {
    var properties = new HashMap<String, Object>();
    for (String name : SHARED_WITH_THE_RELAY) {
      if (environment.containsKey(name)) {
        properties.put(property(name), environment.get(name));
      }
    }
    properties.put("nominable-ips", local.nominableIps());
    properties.put("openid-issuer", TokenIssuer.ISSUER);
    properties.put("openid-audience", TokenIssuer.AUDIENCE);
    // Anybody is let in, by the name of an account; no balancer maps the relay's ports.
    properties.put("dashboard-sign-in", "account_name");
    // By HTTP: a browser that was told otherwise would refuse every other page of this machine,
    // too.
    properties.put("hsts-seconds", "0");
    properties.put("device-starttls-ports", environment.getOrDefault("SMTP_PORTS", "2525"));
    properties.put("device-tls-ports", environment.getOrDefault("SMTPS_PORTS", "4650"));
    // One's own machine is nobody's neighbour; the limit is there to be tried, not to be met.
    properties.put(
        "requests-per-minute", environment.getOrDefault("REQUESTS_PER_MINUTE", "600000"));
    // Anybody gets a token here, so nobody but this machine is asked in.
    properties.put("micronaut.server.host", "127.0.0.1");
    // No load balancer sends late requests here, so the end waits for none.
    properties.put("micronaut.netty.event-loops.default.shutdown-quiet-period", "0s");
    properties.put("micronaut.server.port", local.httpPort() == 0 ? -1 : local.httpPort());
    return properties;
  }

  private static String property(String variable) {
    return variable.toLowerCase(Locale.ROOT).replace('_', '-');
  }

  String url() {
    return "http://localhost:" + server.getPort();
  }

  @Override
  public void close() {
    server.getApplicationContext().close();
  }
}
