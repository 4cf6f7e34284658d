package dev.ipauth.dynamodb;

import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.InvocationTargetException;
import java.net.URI;
import java.nio.file.Path;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

/**
 * DynamoDB Local, running in this JVM and listening on the loopback address only. Several can run
 * at once; each has tables of its own. The first takes about a second to start, later ones a few
 * milliseconds.
 *
 * <pre>{@code
 * try (var dynamoDb = DynamoDbLocal.inMemory();
 *     DynamoDbClient client = dynamoDb.client()) {
 *   dynamoDb.createTables("");
 *   …
 * }
 * }</pre>
 *
 * <p>Its libraries are looked for in the folder that the system property {@code
 * dynamodb.local.libraries} names, or else in the folder {@code dynamodb-local} beside this class's
 * jar or {@code classes} folder, where the build puts them.
 */
public final class DynamoDbLocal implements AutoCloseable {
  private static final String SERVER = "dev.ipauth.dynamodb.isolated.LoopbackServer";

  private final Closeable server;
  private final URI endpoint;

  private DynamoDbLocal(Closeable server, URI endpoint) {
    this.server = server;
    this.endpoint = endpoint;
  }

  /** On any free port, forgetting everything at {@link #close}. */
  public static DynamoDbLocal inMemory() {
    return start(null, 0);
  }

  /**
   * @param dataDir an existing folder to keep the tables in; null keeps them in memory
   * @param port 0 for any free one
   * @throws IllegalStateException when it can't be started: the libraries aren't there, or the port
   *     is taken
   */
  public static DynamoDbLocal start(@Nullable Path dataDir, int port) {
    ClassLoader loader = Libraries.loader();
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    thread.setContextClassLoader(loader);
    try {
      Object server =
          loader
              .loadClass(SERVER)
              .getConstructor(String.class, int.class)
              .newInstance(dataDir == null ? null : dataDir.toString(), port);
      return new DynamoDbLocal((Closeable) server, (URI) ((Supplier<?>) server).get());
    } catch (InvocationTargetException e) {
      throw new IllegalStateException(
          "DynamoDB Local can't start on port " + port + ": " + e.getCause(), e.getCause());
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("Not DynamoDB Local's libraries: " + loader, e);
    } finally {
      thread.setContextClassLoader(before);
    }
  }

  /** {@code http://127.0.0.1:<port>}, as in {@code AWS_ENDPOINT_URL_DYNAMODB}. */
  public URI endpoint() {
    return endpoint;
  }

  /** A client for it; the caller closes it. Any region and credentials would do. */
  public DynamoDbClient client() {
    return DynamoDbClient.builder()
        .endpointOverride(endpoint)
        .region(Region.US_EAST_1)
        .credentialsProvider(
            StaticCredentialsProvider.create(AwsBasicCredentials.create("local", "local")))
        .httpClientBuilder(UrlConnectionHttpClient.builder())
        .build();
  }

  /**
   * Makes every table of {@code infra/tables/tables.yaml} that isn't there yet.
   *
   * @param prefix put before every table's name, as the parameter of that file; may be empty
   */
  public void createTables(String prefix) {
    try (DynamoDbClient client = client()) {
      TablesTemplate.read(prefix).forEach(table -> table.createIn(client));
    }
  }

  @Override
  public void close() {
    try {
      server.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
