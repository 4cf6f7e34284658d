package dev.ipauth.relay.onward;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;

/**
 * A mailbox's submission server as Microsoft 365 and Google have them: TLS from the first octet,
 * XOAUTH2 and nothing else, so many connections and messages and no more. It checks every octet of
 * the login; whatever the relay should never have said is among the {@link #faults}.
 */
public final class FakeMailbox implements AutoCloseable {
  /** With a connection that is at its end. */
  private static final Duration TIMEOUT = Duration.ofSeconds(10);

  public final List<String> faults = new CopyOnWriteArrayList<>();
  public final List<String> logins = new CopyOnWriteArrayList<>();

  /** By whom a connection was made: the subject of the certificate that it showed. */
  public final List<String> clients = new CopyOnWriteArrayList<>();

  public final AtomicInteger messages = new AtomicInteger();
  public final AtomicInteger mostAtOnce = new AtomicInteger();
  public final AtomicInteger connections = new AtomicInteger();

  /** Which tokens are good. */
  public volatile Predicate<String> good = token -> token.startsWith("token-");

  /** What is offered behind AUTH; other mechanisms have a refusal of their own. */
  public volatile String mechanisms = "LOGIN XOAUTH2";

  /** As Google does: says what is wrong in a second 334. */
  public volatile boolean explains;

  /** More connections than these are told so at MAIL. */
  public volatile int most = Integer.MAX_VALUE;

  /** More messages than these, likewise. */
  public volatile int mostMessages = Integer.MAX_VALUE;

  /** Guarded by itself. */
  private final Set<Socket> open = new HashSet<>();

  private final SSLServerSocket listener;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

  public FakeMailbox() throws IOException {
    this(TestCertificates.server("127.0.0.1"), false);
  }

  public FakeMailbox(SSLContext tls, boolean asksForCertificate) throws IOException {
    listener =
        (SSLServerSocket)
            tls.getServerSocketFactory()
                .createServerSocket(0, 100, InetAddress.getLoopbackAddress());
    listener.setNeedClientAuth(asksForCertificate);
    threads.execute(this::accept);
  }

  public String url() {
    return "smtps://127.0.0.1:" + listener.getLocalPort();
  }

  int openNow() {
    synchronized (open) {
      return open.size();
    }
  }

  /**
   * One of as many as are allowed may have been left by the relay, and not be at its end here yet.
   */
  private void begin(Socket socket) throws InterruptedIOException {
    long end = System.nanoTime() + TIMEOUT.toNanos();
    synchronized (open) {
      try {
        while (open.size() >= most && System.nanoTime() < end) {
          open.wait(100);
        }
      } catch (InterruptedException e) {
        throw new InterruptedIOException(e.getMessage());
      }
      open.add(socket);
      mostAtOnce.accumulateAndGet(open.size(), Math::max);
    }
  }

  private void end(Socket socket) {
    synchronized (open) {
      open.remove(socket);
      open.notifyAll();
    }
  }

  private void accept() {
    while (!listener.isClosed()) {
      try {
        var socket = (SSLSocket) listener.accept();
        threads.execute(() -> serve(socket));
      } catch (IOException _) {
        return; // closed
      }
    }
  }

  private void serve(SSLSocket socket) {
    try (socket) {
      begin(socket);
      socket.startHandshake();
      clients.add(client(socket));
      connections.incrementAndGet();
      new Conversation(socket).run();
    } catch (IOException _) {
      // The relay has gone.
    } finally {
      end(socket);
    }
  }

  private static String client(SSLSocket socket) {
    try {
      var shown = (X509Certificate) socket.getSession().getPeerCertificates()[0];
      return shown.getSubjectX500Principal().getName();
    } catch (SSLPeerUnverifiedException _) {
      return "nobody";
    }
  }

  private final class Conversation {
    private final BufferedReader in;
    private final OutputStream out;
    private boolean loggedIn;

    Conversation(Socket socket) throws IOException {
      in = new BufferedReader(new InputStreamReader(socket.getInputStream(), ISO_8859_1));
      out = socket.getOutputStream();
    }

    void run() throws IOException {
      say("220 mailbox.example ready");
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        String verb = line.split(" ", 2)[0];
        switch (verb) {
          case "EHLO" -> say("250-mailbox.example\r\n250-SIZE 36700160\r\n250 AUTH " + mechanisms);
          case "AUTH" -> authenticate(line);
          case "MAIL" -> say(mail());
          case "RCPT", "RSET" -> say("250 2.1.5 ok");
          case "DATA" -> text();
          case "QUIT" -> {
            say("221 2.0.0 bye");
            return;
          }
          default -> faults.add(line);
        }
      }
    }

    private String mail() {
      if (!loggedIn) {
        return "530 5.7.57 Client not authenticated to send mail";
      }
      if (openNow() > most) {
        return "432 4.3.2 Concurrent connections limit exceeded";
      }
      return messages.get() < mostMessages
          ? "250 2.1.0 ok"
          : "432 4.3.2 STOREDRV.ClientSubmit; sender thread limit exceeded";
    }

    private void authenticate(String line) throws IOException {
      if (!line.equals("AUTH XOAUTH2")) {
        faults.add(line);
        say("550 5.7.30 Basic authentication is not supported");
        return;
      }
      say("334 ");
      String response = String.valueOf(in.readLine());
      logins.add(new String(Base64.getDecoder().decode(response), ISO_8859_1));
      String[] parts = logins.getLast().split("\1", -1);
      String token = parts.length == 4 ? parts[1].replaceFirst("auth=Bearer ", "") : "";
      boolean whole =
          parts.length == 4
              && parts[0].equals("user=scanner@example.com")
              && parts[1].startsWith("auth=Bearer ")
              && (parts[2] + parts[3]).isEmpty();
      loggedIn = whole && good.test(token);
      say(loggedIn ? "235 2.7.0 accepted" : refused());
    }

    private String refused() throws IOException {
      if (explains) {
        say("334 eyJzdGF0dXMiOiI0MDEifQ==");
        if (!"".equals(in.readLine())) {
          faults.add("no empty line behind the second 334");
        }
      }
      return "535 5.7.3 Authentication unsuccessful";
    }

    private void text() throws IOException {
      say("354 go on");
      for (String line = in.readLine(); !".".equals(line); line = in.readLine()) {
        if (line == null) {
          return;
        }
      }
      messages.incrementAndGet();
      say("250 2.0.0 sent");
    }

    private void say(String reply) throws IOException {
      out.write((reply + "\r\n").getBytes(ISO_8859_1));
      out.flush();
    }
  }

  private List<Socket> allOpen() {
    synchronized (open) {
      return List.copyOf(open);
    }
  }

  @Override
  public void close() {
    try {
      listener.close();
      for (Socket each : allOpen()) {
        each.close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    threads.shutdownNow();
  }
}
