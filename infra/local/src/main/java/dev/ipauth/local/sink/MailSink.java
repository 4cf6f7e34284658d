package dev.ipauth.local.sink;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;

/** A running sink. Each connection has a virtual thread of its own. */
public final class MailSink implements AutoCloseable {
  private static final int BACKLOG = 128;
  private static final Duration BEFORE_ANOTHER_TRY = Duration.ofMillis(20);

  private final ServerSocket server;
  private final Mailbox mailbox;
  private final Set<Socket> clients = ConcurrentHashMap.newKeySet();

  private MailSink(ServerSocket server, Mailbox mailbox) {
    this.server = server;
    this.mailbox = mailbox;
  }

  /**
   * Listens on any free port of 127.0.0.1.
   *
   * @param maxBytes of all messages together; the oldest make room for new ones
   */
  public static MailSink start(int maxBytes) {
    try {
      var server = new ServerSocket(0, BACKLOG, InetAddress.ofLiteral("127.0.0.1"));
      var sink = new MailSink(server, new Mailbox(maxBytes));
      Thread.ofVirtual().name("sink").start(sink::accept);
      return sink;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** On 127.0.0.1. */
  public int port() {
    return server.getLocalPort();
  }

  /** What it took and still keeps, newest first. A message is here before it is acknowledged. */
  public List<SunkMessage> messages() {
    return mailbox.newestFirst();
  }

  private void accept() {
    while (!server.isClosed()) {
      try {
        Socket client = server.accept();
        // The replies to a pipelined envelope are three small packets, which Nagle would hold back.
        client.setTcpNoDelay(true);
        clients.add(client);
        Thread.ofVirtual().name("sink-session").start(() -> serve(client));
      } catch (IOException _) {
        // Closed from outside, or a client that was gone before it was accepted; or no file
        // descriptor is left, which asking again at once wouldn't mend.
        LockSupport.parkNanos(BEFORE_ANOTHER_TRY.toNanos());
      }
    }
  }

  private void serve(Socket client) {
    try (client) {
      var wire = new Wire(client.getInputStream(), client.getOutputStream());
      new SinkSession(wire, mailbox).converse();
    } catch (IOException _) {
      // The client hung up, and a message without its end isn't kept.
    } finally {
      clients.remove(client);
    }
  }

  /** Hangs up on everybody. */
  @Override
  public void close() {
    try {
      server.close();
      for (Socket client : clients) {
        client.close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
