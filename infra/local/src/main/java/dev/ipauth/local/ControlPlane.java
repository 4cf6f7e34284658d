package dev.ipauth.local;

import dev.ipauth.functions.caller.IssuerKeys;
import dev.ipauth.functions.dependency.WatchedTables;
import dev.ipauth.functions.messages.Recorder;
import dev.ipauth.local.data.KeyRing;
import dev.ipauth.local.http.ForwardedAddress;
import dev.ipauth.local.http.HttpSettings;
import dev.ipauth.local.http.KeyBearers;
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
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

/** The functions' application on a port of this machine, with a way to sign in. */
final class ControlPlane implements AutoCloseable {
  /** What of the environment is for the functions, as on AWS. */
  static final List<String> VARIABLES =
      List.of(
          "SMTP_USERS_TABLE",
          "IP_AUTHENTICATIONS_TABLE",
          "PASSWORD_PEPPER",
          "NOMINABLE_IPS",
          "MAX_SMTP_USERS",
          "AUDIT_RETENTION",
          "API_ORIGINS",
          "RELAY_HOSTNAME",
          "MAX_MESSAGE_BYTES",
          "CACHE_TTL",
          "NOMINATION_PROOF",
          "HTTP_URL",
          "MESSAGE_RETENTION");

  private static final String REQUESTS_PER_MINUTE = "REQUESTS_PER_MINUTE";

  /** Those that are only for signing in with an OpenID provider. */
  private static final List<String> OPENID_VARIABLES =
      List.of(
          "OPENID_ISSUER",
          "OPENID_AUDIENCE",
          "OPENID_JWKS",
          "ACCOUNT_CLAIM",
          "REQUIRED_SCOPE",
          "DASHBOARD_CLIENT_ID",
          "DASHBOARD_SCOPE",
          "DASHBOARD_TOKEN",
          "DASHBOARD_ORIGINS");

  private final EmbeddedServer server;
  private final HttpSettings http;

  private ControlPlane(EmbeddedServer server, HttpSettings http) {
    this.server = server;
    this.http = http;
  }

  /**
   * Starts to answer.
   *
   * @param environment complete, as the relay gets it
   * @param keys of the accounts, where one signs in with them
   * @throws UncheckedIOException when the port is taken
   */
  static ControlPlane start(
      HttpSettings http,
      Map<String, String> environment,
      DynamoDbClient client,
      Optional<MailSink> sink,
      Optional<KeyRing> keys) {
    Map<String, Object> properties = properties(http, environment);
    ApplicationContextBuilder application =
        ApplicationContext.builder()
            .banner(false)
            .deduceEnvironment(false)
            .bootstrapEnvironment(false)
            .environmentPropertySource(false)
            .singletons(
                WatchedTables.of(client),
                http.hosts(),
                new ForwardedAddress(http.trustedProxies()));
    sink.ifPresent(application::singletons);
    switch (http.signIn()) {
      case ANYONE -> letAnyoneIn(application, properties);
      case KEY -> askForKeys(keys.orElseThrow(), application, properties);
      case OPENID -> properties.putAll(chosen(OPENID_VARIABLES, environment));
    }
    ApplicationContext context = started(application.properties(properties));
    try {
      return new ControlPlane(context.getBean(EmbeddedServer.class).start(), http);
    } catch (ServerStartupException e) {
      context.close();
      throw new UncheckedIOException(
          "HTTP_ADDRESS=%s, HTTP_PORT=%s can't be opened. Is it in use, or not this machine's?"
              .formatted(http.address(), http.port()),
          new IOException(e));
    }
  }

  private static ApplicationContext started(ApplicationContextBuilder application) {
    try {
      return application.start();
    } catch (BeanInstantiationException e) {
      if (rootCause(e) instanceof BadSettings bad) {
        throw bad;
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

  private static void letAnyoneIn(
      ApplicationContextBuilder application, Map<String, Object> properties) {
    var issuer = new TokenIssuer();
    IssuerKeys keys = (selector, context) -> selector.select(issuer.publicKeys());
    application.singletons(issuer, keys);
    properties.put(LocalController.ANYONE, true);
    properties.put("openid-issuer", TokenIssuer.ISSUER);
    properties.put("openid-audience", TokenIssuer.AUDIENCE);
    properties.put("dashboard-sign-in", "account_name");
  }

  private static void askForKeys(
      KeyRing keys, ApplicationContextBuilder application, Map<String, Object> properties) {
    application.singletons(new KeyBearers(keys));
    // The functions want them said. No token is asked for, whoever has issued it.
    properties.put("openid-issuer", TokenIssuer.ISSUER);
    properties.put("openid-audience", TokenIssuer.AUDIENCE);
    properties.put("dashboard-sign-in", "key");
  }

  static Map<String, Object> properties(HttpSettings http, Map<String, String> environment) {
    Map<String, Object> properties = chosen(VARIABLES, environment);
    properties.putIfAbsent("nominable-ips", "any");
    if (!http.isReachedByHttps()) {
      // A browser that was told otherwise would refuse every other page of this machine, too.
      properties.put("hsts-seconds", "0");
    }
    // No balancer maps the relay's ports.
    properties.put("device-starttls-ports", environment.getOrDefault("SMTP_PORTS", "2525"));
    properties.put("device-tls-ports", environment.getOrDefault("SMTPS_PORTS", "4650"));
    // One's own machine is nobody's neighbour; the limit is there to be tried, not to be met.
    properties.put(
        property(REQUESTS_PER_MINUTE), environment.getOrDefault(REQUESTS_PER_MINUTE, "600000"));
    if (http.url().isPresent() || http.port() != 0) {
      properties.put("http-url", http.reachedAt(http.port()));
    }
    properties.put("micronaut.server.host", http.address().toString());
    // No load balancer sends late requests here, so the end waits for none.
    properties.put("micronaut.netty.event-loops.default.shutdown-quiet-period", "0s");
    properties.put("micronaut.server.port", http.port() == 0 ? -1 : http.port());
    return properties;
  }

  /** What is wrong with what the environment says to the functions, a line each. */
  static List<String> faults(Map<String, String> environment) {
    var names = new HashSet<>(VARIABLES);
    names.addAll(OPENID_VARIABLES);
    names.add(REQUESTS_PER_MINUTE);
    LocalSettings.ALL.forEach(own -> names.remove(own.name()));
    var said = new HashMap<>(environment);
    said.keySet().retainAll(names);
    return dev.ipauth.functions.Settings.faults(said);
  }

  private static Map<String, Object> chosen(List<String> names, Map<String, String> environment) {
    var properties = new HashMap<String, Object>();
    for (String name : names) {
      if (environment.containsKey(name)) {
        properties.put(property(name), environment.get(name));
      }
    }
    return properties;
  }

  private static String property(String variable) {
    return variable.toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** What learns of event lines. */
  Recorder recorder() {
    return server.getApplicationContext().getBean(Recorder.class);
  }

  /** How people reach it, without a slash at the end. */
  String url() {
    return http.reachedAt(server.getPort());
  }

  @Override
  public void close() {
    server.getApplicationContext().close();
  }
}
