package dev.ipauth.dynamodb.isolated;

import java.io.Closeable;
import java.net.URI;
import java.util.function.Supplier;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.core.config.Configurator;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.component.LifeCycle;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.jspecify.annotations.Nullable;
import software.amazon.dynamodb.services.local.server.LocalDynamoDBRequestHandler;
import software.amazon.dynamodb.services.local.server.LocalDynamoDBServerHandler;

/**
 * DynamoDB's protocol on 127.0.0.1, and nowhere else. DynamoDB Local's own server listens on every
 * interface, with no password, and reports its use to Amazon; this one does neither.
 */
public final class LoopbackServer implements Supplier<URI>, Closeable {
  private final Server server;
  private final ServerConnector connector;
  private final LocalDynamoDBServerHandler tables;

  /**
   * @param folder where the tables are kept, or null to keep them in memory
   * @param port 0 for any
   * @throws Exception as Jetty and DynamoDB Local declare it, a port that is taken above all
   */
  public LoopbackServer(@Nullable String folder, int port) throws Exception {
    Configurator.setRootLevel(Level.OFF);
    boolean inMemory = folder == null;
    boolean oneDatabaseForEveryRegionAndKey = true;
    boolean delays = false;
    tables =
        new LocalDynamoDBServerHandler(
            new LocalDynamoDBRequestHandler(
                0, inMemory, folder, oneDatabaseForEveryRegionAndKey, delays),
            null);
    var threads = new QueuedThreadPool();
    threads.setName("dynamodb-local");
    threads.setDaemon(true);
    server = new Server(threads);
    connector = new ServerConnector(server, 1, 1);
    connector.setHost("127.0.0.1");
    connector.setPort(port);
    server.addConnector(connector);
    server.setHandler(tables);
    start();
  }

  private void start() throws Exception {
    try {
      server.start();
    } finally {
      if (!server.isStarted()) {
        close();
      }
    }
  }

  /** Where it listens. */
  @Override
  public URI get() {
    return URI.create("http://127.0.0.1:" + connector.getLocalPort());
  }

  @Override
  public void close() {
    LifeCycle.stop(server);
    tables.close();
  }
}
