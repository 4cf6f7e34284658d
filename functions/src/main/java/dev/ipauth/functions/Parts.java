package dev.ipauth.functions;

import dev.ipauth.functions.caller.Issuer;
import dev.ipauth.functions.caller.IssuerKeys;
import dev.ipauth.functions.caller.PublishedKeys;
import dev.ipauth.functions.dashboard.DashboardSettings;
import dev.ipauth.functions.register.Endurance;
import dev.ipauth.functions.register.TableNames;
import dev.ipauth.tables.Peppers;
import io.micronaut.context.annotation.Bean;
import io.micronaut.context.annotation.Context;
import io.micronaut.context.annotation.Factory;
import io.micronaut.context.annotation.Secondary;
import io.micronaut.core.value.PropertyResolver;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

/**
 * What the application is put together from and doesn't make itself. Another bean of the same type
 * takes the place of one that is {@code @Secondary}: a test's clock, or the keys and the DynamoDB
 * of {@code infra/local}.
 */
@Factory
final class Parts {
  // A try is given up soon enough for another within what API Gateway waits (30 s).
  private static final Duration ONE_TRY = Duration.ofSeconds(3);
  private static final Duration ALL_TRIES = Duration.ofSeconds(8);

  /** At the start, so that a bad setting is an error then and not with the first request. */
  @Context
  Settings settings(PropertyResolver properties, Secrets secrets) {
    return Settings.read(properties, secrets);
  }

  @Singleton
  @Secondary
  Secrets secrets() {
    return Secrets.inSecretsManager();
  }

  @Singleton
  TableNames tableNames(Settings settings) {
    return settings.tables();
  }

  @Singleton
  Peppers peppers(Settings settings) {
    return settings.peppers();
  }

  @Singleton
  Issuer issuer(Settings settings) {
    return settings.issuer();
  }

  @Singleton
  DashboardSettings dashboard(Settings settings) {
    return settings.dashboard();
  }

  @Singleton
  @Secondary
  Endurance endurance() {
    return Endurance.USUAL;
  }

  @Singleton
  @Secondary
  Clock clock() {
    return Clock.systemUTC();
  }

  @Singleton
  @Secondary
  IssuerKeys keys(Issuer issuer) {
    return PublishedKeys.of(issuer);
  }

  @Singleton
  @Secondary
  @Bean(preDestroy = "close")
  DynamoDbClient dynamoDb() {
    return newClient();
  }

  static DynamoDbClient newClient() {
    return DynamoDbClient.builder()
        .httpClientBuilder(UrlConnectionHttpClient.builder())
        .overrideConfiguration(
            override -> override.apiCallAttemptTimeout(ONE_TRY).apiCallTimeout(ALL_TRIES))
        .build();
  }
}
