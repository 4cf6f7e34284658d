package dev.ipauth.dynamodb;

import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.function.IntSupplier;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.handler.ContextHandler;
import org.jspecify.annotations.Nullable;
import software.amazon.dynamodb.services.local.server.LocalDynamoDBRequestHandler;
import software.amazon.dynamodb.services.local.server.LocalDynamoDBServerHandler;

/**
 * DynamoDB Local behind Jetty, on 127.0.0.1; its own {@code ServerRunner} would listen on every
 * interface. Loaded by {@link Isolated} alone; what it shares with the rest are types of the JDK.
 */
final class LoopbackServer implements IntSupplier, Closeable {
  private final Server server;
  private final LocalDynamoDBServerHandler handler;

  /**
   * Starts to listen.
   *
   * @param dataDir a folder that exists, or null to keep everything in memory
   * @param port 0 for any that is free
   */
  LoopbackServer(@Nullable String dataDir, int port) throws Exception {
    var requests = new LocalDynamoDBRequestHandler(0, dataDir == null, dataDir, true, false);
    handler = new LocalDynamoDBServerHandler(requests, null);
    server = new Server(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port));
    server.setHandler(new ContextHandler(handler));
    server.start();
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
    } catch (Exception e) {
      throw new IOException("Jetty didn't stop", e);
    }
  }
}
