package dev.ipauth.relay;

import dev.ipauth.relay.access.DynamoTables;
import dev.ipauth.relay.operation.HealthCheck;
import dev.ipauth.relay.operation.StandardOutput;
import dev.ipauth.relay.queue.MailQueue;
import dev.ipauth.relay.transport.Fatal;
import dev.ipauth.settings.BadSettings;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.regions.providers.DefaultAwsRegionProviderChain;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

/**
 * Starts a relay from environment variables, and stops it on SIGTERM with exit status 0. With the
 * argument {@code health} it asks the relay beside it instead, for a container's health check; with
 * {@code next-hop check} it tries the next hop, and with {@code queue} it shows or changes what is
 * kept, also while relays run.
 */
public final class Main {
  private static final int BAD_SETTINGS = 2;

  private Main() {}

  public static void main(String[] arguments) {
    // What libraries format for a log has the same digits everywhere.
    Locale.setDefault(Locale.ROOT);
    if (NextHopCommand.isMeant(List.of(arguments))) {
      System.exit(NextHopCommand.run(List.of(arguments), System.getenv(), System.out, System.err));
    }
    Settings settings;
    try {
      settings = Settings.read(System.getenv());
    } catch (BadSettings e) {
      e.lines().forEach(System.err::println);
      System.exit(BAD_SETTINGS);
      return;
    }
    if (List.of(arguments).equals(List.of("health"))) {
      System.exit(HealthCheck.ask(Relay.managementAddress(settings)));
    }
    settings.warnings().forEach(System.err::println);
    try {
      if (arguments.length > 0 && arguments[0].equals("queue")) {
        List<String> words = List.of(arguments).subList(1, arguments.length);
        System.exit(queue(settings, words));
      }
      run(settings);
    } catch (UncheckedIOException | IllegalArgumentException e) {
      System.err.println(e.getMessage());
      System.exit(BAD_SETTINGS);
    }
  }

  private static int queue(Settings settings, List<String> words) {
    if (settings.queue().isEmpty()) {
      System.err.println("There is no queue: QUEUE_TEXTS isn't set.");
      return BAD_SETTINGS;
    }
    // Somebody waits for it who would rather wait longer than not know.
    try (DynamoDbClient client = DynamoDbClient.builder().region(region()).build()) {
      return MailQueue.command(settings.queue().get().table(), client, System.out, System.err)
          .run(words);
    }
  }

  private static DynamoDbClient client(Settings settings) {
    return DynamoTables.client(settings.access().tables()).region(region()).build();
  }

  private static void run(Settings settings) {
    Fatal.watchAllThreads();
    DynamoDbClient client = client(settings);
    Relay relay = Relay.start(settings, client, StandardOutput.open());
    Hangup.runs(relay::reloadCertificates);
    relay.listeners().forEach(l -> System.err.println(l.kind() + " on " + l.address()));
    // A JVM that ends by SIGTERM has status 143, whatever its hooks do, unless one of them halts
    // it.
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  relay.close();
                  client.close();
                  Runtime.getRuntime().halt(0);
                },
                "drain"));
    park();
  }

  private static Region region() {
    try {
      return new DefaultAwsRegionProviderChain().getRegion();
    } catch (SdkClientException e) {
      throw new IllegalArgumentException(
          "AWS_REGION must be set. Write a region such as eu-central-1.", e);
    }
  }

  private static void park() {
    try {
      new CountDownLatch(1).await();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }
}
