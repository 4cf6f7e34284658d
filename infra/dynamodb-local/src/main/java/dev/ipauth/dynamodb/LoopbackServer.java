package dev.ipauth.dynamodb;

import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.function.IntSupplier;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.core.config.Configurator;
import org.apache.logging.log4j.core.config.NullConfiguration;
import org.apache.logging.log4j.status.StatusLogger;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.handler.ContextHandler;
import org.jspecify.annotations.Nullable;
import software.amazon.dynamodb.services.local.server.LocalDynamoDBRequestHandler;
import software.amazon.dynamodb.services.local.server.LocalDynamoDBServerHandler;

/**
 * DynamoDB Local behind Jetty, on 127.0.0.1; its own {@code ServerRunner} would listen on every
 * interface, and send telemetry. Loaded by {@link Isolated} alone; what it shares with the rest are
 * types of the JDK.
 */
final class LoopbackServer implements IntSupplier, Closeable {
  private static final Duration LONGEST_CLOSE = Duration.ofSeconds(10);

  private final Server server;
  private final LocalDynamoDBServerHandler handler;

  /**
   * Starts to listen.
   *
   * @param dataDir a folder that exists, or null to keep everything in memory
   * @param port 0 for any that is free
   */
  LoopbackServer(@Nullable String dataDir, int port) throws Exception {
    silenceLog4j();
    var requests = new LocalDynamoDBRequestHandler(0, dataDir == null, dataDir, true, false);
    handler = new LocalDynamoDBServerHandler(requests, null);
    server = new Server(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port));
    server.setHandler(new ContextHandler(handler));
    server.start();
  }

  /** Before its first logger is made, or the log4j2.xml in its jar writes to standard output. */
  private static void silenceLog4j() {
    StatusLogger.getLogger().getFallbackListener().setLevel(Level.OFF);
    Configurator.initialize(new NullConfiguration());
  }

  /** The port it listens on. */
  @Override
  public int getAsInt() {
    return ((ServerConnector) server.getConnectors()[0]).getLocalPort();
  }

  @Override
  public void close() throws IOException {
    try {
      server.stop();
      handler.close();
      awaitDatabase();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("Interrupted while DynamoDB Local was closing", e);
    } catch (Exception e) {
      throw new IOException("DynamoDB Local didn't stop", e);
    }
  }

  /** Its own shutdown doesn't wait for SQLite's threads, and the next start needs their files. */
  private static void awaitDatabase() throws IOException, InterruptedException {
    ClassLoader own = LoopbackServer.class.getClassLoader();
    for (Thread thread : Thread.getAllStackTraces().keySet()) {
      if (thread.getContextClassLoader() == own
          && thread.getName().startsWith("SQLiteQueue[")
          && !thread.join(LONGEST_CLOSE)) {
        throw new IOException(thread.getName() + " didn't close its database");
      }
    }
  }
}
