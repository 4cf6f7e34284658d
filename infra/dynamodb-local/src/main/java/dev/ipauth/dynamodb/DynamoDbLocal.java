package dev.ipauth.dynamodb;

import static java.util.concurrent.CompletableFuture.completedFuture;

import dev.ipauth.tables.TablesTemplate;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.endpoints.Endpoint;
import software.amazon.awssdk.endpoints.EndpointUrl;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.DynamoDbClientBuilder;

/** DynamoDB in this JVM, reached over 127.0.0.1 like the real one over the network. */
public final class DynamoDbLocal implements AutoCloseable {
  private final CompletableFuture<Closeable> server;
  private final DynamoDbClient client;

  private DynamoDbLocal(@Nullable Path dataDir, int port) {
    // A thread of its own: the common pool has a single one on a machine of two cores.
    server =
        CompletableFuture.supplyAsync(
            () -> startIn(Isolated.classLoader(), dataDir, port),
            start -> Thread.ofPlatform().start(start));
    client = unplaced().endpointProvider(_ -> completedFuture(place())).build();
  }

  /** Forgets everything when it's closed. */
  public static DynamoDbLocal inMemory() {
    return start(null, 0);
  }

  /**
   * Starts it.
   *
   * @param dataDir a folder that exists, or null to keep everything in memory
   * @param port 0 for any that is free
   * @throws IllegalStateException when it can't be started: the port is taken, the folder or its
   *     libraries aren't there
   */
  public static DynamoDbLocal start(@Nullable Path dataDir, int port) {
    DynamoDbLocal started = startMeanwhile(dataDir, port);
    var _ = started.endpoint();
    return started;
  }

  /**
   * Starts it in the background: {@link #client} is there at once, and its first request waits.
   * What keeps it from starting is thrown by whatever waits for it.
   */
  public static DynamoDbLocal startMeanwhile(@Nullable Path dataDir, int port) {
    if (dataDir != null && !Files.isDirectory(dataDir)) {
      throw new IllegalStateException("DynamoDB Local's data folder isn't there: " + dataDir);
    }
    return new DynamoDbLocal(dataDir, port);
  }

  public URI endpoint() {
    return URI.create("http://127.0.0.1:" + ((IntSupplier) server()).getAsInt());
  }

  private Endpoint place() {
    return Endpoint.builder().endpointUrl(EndpointUrl.fromUri(endpoint())).build();
  }

  private Closeable server() {
    try {
      return server.join();
    } catch (CompletionException e) {
      throw e.getCause() instanceof IllegalStateException told ? told : e;
    }
  }

  /** A client of it, for as long as it runs. */
  public DynamoDbClient client() {
    return client;
  }

  /** For a client of one's own, to configure further. */
  public DynamoDbClientBuilder clientBuilder() {
    return unplaced().endpointOverride(endpoint());
  }

  private static DynamoDbClientBuilder unplaced() {
    return DynamoDbClient.builder()
        .region(Region.EU_CENTRAL_1)
        .credentialsProvider(
            StaticCredentialsProvider.create(AwsBasicCredentials.create("local", "local")))
        .httpClientBuilder(UrlConnectionHttpClient.builder());
  }

  /**
   * Makes every table of {@code infra/tables/tables.yaml} that isn't there yet.
   *
   * @param prefix put before each name, as the template's {@code Prefix}
   */
  public void createTables(String prefix) {
    createTables(client, prefix);
  }

  /** The same in any other DynamoDB, such as LocalStack's. */
  public static void createTables(DynamoDbClient client, String prefix) {
    new TablesTemplate(prefix).createIn(client);
  }

  private static Closeable startIn(ClassLoader loader, @Nullable Path dataDir, int port) {
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    thread.setContextClassLoader(loader);
    try {
      var constructor =
          loader
              .loadClass(LoopbackServer.class.getName())
              .getDeclaredConstructor(String.class, int.class);
      constructor.setAccessible(true);
      return (Closeable) constructor.newInstance(dataDir == null ? null : dataDir.toString(), port);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(
          "DynamoDB Local didn't start at port %s: %s".formatted(port, rootCause(e)), e);
    } finally {
      thread.setContextClassLoader(before);
    }
  }

  private static Throwable rootCause(Throwable failure) {
    Throwable cause = failure;
    while (cause.getCause() != null) {
      cause = cause.getCause();
    }
    return cause;
  }

  @Override
  public void close() {
    client.close();
    if (server.isCompletedExceptionally()) {
      return;
    }
    try {
      // The class loader stays open: what ends late may still load classes.
      server().close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
