package dev.ipauth.functions;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** A door in front of a port of this machine, which counts who goes through and who stays. */
final class Door implements AutoCloseable {
  private final ServerSocket listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private final AtomicInteger opened = new AtomicInteger();
  private final int behind;

  Door(int behind) throws IOException {
    this.behind = behind;
    Thread.startVirtualThread(this::accept);
  }

  int port() {
    return listening.getLocalPort();
  }

  /** How many connections there have been. */
  int opened() {
    return opened.get();
  }

  /** Connections that the client hasn't closed, once it has had time to. */
  int stillOpen() throws InterruptedException {
    for (int i = 0; i < 1000 && !open.isEmpty(); i++) {
      Thread.sleep(10);
    }
    return open.size();
  }

  private void accept() {
    try {
      while (true) {
        Socket client = listening.accept();
        opened.incrementAndGet();
        open.add(client);
        Socket server = new Socket(InetAddress.getLoopbackAddress(), behind);
        Thread.startVirtualThread(() -> pass(client, server));
        // What DynamoDB closes stays open: closing is the client's to do.
        Thread.startVirtualThread(() -> copy(server, client));
      }
    } catch (IOException _) {
      // It was closed.
    }
  }

  private void pass(Socket client, Socket server) {
    copy(client, server);
    open.remove(client);
  }

  private static void copy(Socket from, Socket to) {
    try {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      in.transferTo(out);
    } catch (IOException _) {
      // One of them has gone.
    }
  }

  @Override
  public void close() throws IOException {
    listening.close();
    for (Socket socket : open) {
      socket.close();
    }
  }
}
