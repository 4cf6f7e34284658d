package dev.ipauth.functions;

import dev.ipauth.functions.caller.ApiRates;
import dev.ipauth.functions.caller.CallerSettings;
import dev.ipauth.functions.caller.ClientAddress;
import dev.ipauth.functions.caller.Deadline;
import dev.ipauth.functions.caller.Issuer;
import dev.ipauth.functions.caller.IssuerKeys;
import dev.ipauth.functions.caller.PublishedKeys;
import dev.ipauth.functions.dashboard.DashboardSettings;
import dev.ipauth.functions.dependency.WatchedTables;
import dev.ipauth.functions.lambda.LambdaSettings;
import dev.ipauth.functions.messages.MessageRetention;
import dev.ipauth.functions.messages.MessageTables;
import dev.ipauth.functions.register.RegisterSettings;
import dev.ipauth.functions.register.RegisterTables;
import dev.ipauth.settings.Setting;
import dev.ipauth.tables.Peppers;
import io.micronaut.context.annotation.Bean;
import io.micronaut.context.annotation.Context;
import io.micronaut.context.annotation.Factory;
import io.micronaut.context.annotation.Secondary;
import io.micronaut.core.value.PropertyResolver;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.util.HashMap;
import java.util.Locale;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

/**
 * What the application is put together from and doesn't make itself. Another bean of the same type
 * takes the place of one that is {@code @Secondary}: a test's clock, or the keys and the DynamoDB
 * of {@code infra/local}.
 */
@Factory
final class Parts {
  /** At the start, so that a bad setting is an error then and not with the first request. */
  @Context
  Settings settings(PropertyResolver properties, Secrets secrets) {
    var environment = new HashMap<String, String>();
    for (Setting<?> setting : Settings.ALL) {
      String name = setting.name().toLowerCase(Locale.ROOT).replace('_', '-');
      properties
          .getProperty(name, String.class)
          .ifPresent(value -> environment.put(setting.name(), value));
    }
    return Settings.read(environment, secrets);
  }

  @Singleton
  @Secondary
  Secrets secrets() {
    return Secrets.inSecretsManager();
  }

  @Singleton
  RegisterTables registerTables(Settings settings) {
    return settings.tables();
  }

  @Singleton
  ApiRates apiRates(DynamoDbClient dynamoDb, RegisterTables tables) {
    return new ApiRates(dynamoDb, tables.apiRates());
  }

  @Singleton
  MessageTables messageTables(Settings settings) {
    return settings.messageTables();
  }

  @Singleton
  MessageRetention messageRetention(Settings settings) {
    return settings.messageRetention();
  }

  @Singleton
  Peppers peppers(Settings settings) {
    return settings.peppers();
  }

  @Singleton
  CallerSettings callers(Settings settings) {
    return settings.callers();
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
  RegisterSettings register(Settings settings) {
    return settings.register();
  }

  @Singleton
  @Secondary
  Deadline.AfterRequest deadline() {
    return Deadline.AfterRequest.USUAL;
  }

  @Singleton
  @Secondary
  Clock clock() {
    return Clock.systemUTC();
  }

  @Singleton
  @Secondary
  ClientAddress clientAddress() {
    return ClientAddress.ofConnection();
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
    return WatchedTables.of(LambdaSettings.dynamoDb());
  }
}
