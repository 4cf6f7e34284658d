package dev.ipauth.relay.onward;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** A next hop that takes mail, but for one stage at which one thing goes wrong. */
final class FaultyNextHop implements AutoCloseable {

  /** When it goes wrong. */
  enum Stage {
    GREETING,
    EHLO,
    MAIL,
    RCPT,
    DATA,
    TEXT,
    FINAL_DOT
  }

  /** What goes wrong. */
  enum Fault {
    CLOSE(null),
    SILENCE(null),
    GARBAGE("what?"),
    DISAGREEING_LINES("250-yes\r\n550 no"),
    UNAVAILABLE("421 4.3.2 going down"),
    /** A success that nobody hoped for. */
    GO_ON("334 go on"),
    REFUSED_FOR_NOW("450 4.2.0 not now"),
    REFUSED_FOR_GOOD("550 5.7.1 never"),
    /** These are answers; then it closes. */
    TAKEN_AND_CLOSED(null),
    REFUSED_FOR_NOW_AND_CLOSED("450 4.2.0 not now"),
    REFUSED_FOR_GOOD_AND_CLOSED("550 5.7.1 never");

    final @Nullable String reply;

    Fault(@Nullable String reply) {
      this.reply = reply;
    }

    boolean isRefusal() {
      return switch (this) {
        case REFUSED_FOR_NOW,
            REFUSED_FOR_GOOD,
            REFUSED_FOR_NOW_AND_CLOSED,
            REFUSED_FOR_GOOD_AND_CLOSED ->
            true;
        case CLOSE, SILENCE, GARBAGE, DISAGREEING_LINES, UNAVAILABLE, GO_ON, TAKEN_AND_CLOSED ->
            false;
      };
    }

    boolean closesBehindItsAnswer() {
      return switch (this) {
        case TAKEN_AND_CLOSED, REFUSED_FOR_NOW_AND_CLOSED, REFUSED_FOR_GOOD_AND_CLOSED -> true;
        case CLOSE,
            SILENCE,
            GARBAGE,
            DISAGREEING_LINES,
            UNAVAILABLE,
            GO_ON,
            REFUSED_FOR_NOW,
            REFUSED_FOR_GOOD ->
            false;
      };
    }
  }

  private final ServerSocket listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private final boolean pipelining;
  private final Stage stage;
  private final Fault fault;

  /** Connections so far; those up to {@link #lastFaulty} are faulty, from {@link #armed} on. */
  private int connections;

  volatile boolean armed;
  volatile int lastFaulty = Integer.MAX_VALUE;

  /** How many final dots came, and the recipients of the messages that were answered 250. */
  final List<String> finalDots = new CopyOnWriteArrayList<>();

  final List<List<String>> taken = new CopyOnWriteArrayList<>();

  FaultyNextHop(boolean pipelining, Stage stage, Fault fault) throws IOException {
    this.pipelining = pipelining;
    this.stage = stage;
    this.fault = fault;
    Thread.ofVirtual().start(this::listen);
  }

  int port() {
    return listener.getLocalPort();
  }

  private void listen() {
    try {
      while (!listener.isClosed()) {
        Socket socket = listener.accept();
        int number = ++connections;
        open.add(socket);
        Thread.ofVirtual().start(() -> serve(socket, number));
      }
    } catch (IOException _) {
      // Closed: the test is over.
    }
  }

  private void serve(Socket socket, int number) {
    try (socket) {
      new Conversation(socket, number).run();
    } catch (IOException _) {
      // The relay has hung up.
    }
  }

  /** A connection that has gone wrong, and ends here. */
  private static final class GoneWrong extends IOException {
    private static final long serialVersionUID = 1;
  }

  private final class Conversation {
    private final Socket socket;
    private final BufferedReader in;
    private final int number;
    private final List<String> recipients = new ArrayList<>();

    Conversation(Socket socket, int number) throws IOException {
      this.socket = socket;
      this.in = new BufferedReader(new InputStreamReader(socket.getInputStream(), UTF_8));
      this.number = number;
    }

    void run() throws IOException {
      answer(Stage.GREETING, "220 next.example");
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        switch (line.substring(0, 4)) {
          case "EHLO", "HELO" -> answer(Stage.EHLO, hello());
          case "MAIL" -> answer(Stage.MAIL, "250 sender");
          case "RCPT" -> rcpt(line);
          case "DATA" -> data();
          case "RSET" -> reset();
          default -> say("221 bye");
        }
      }
    }

    private String hello() {
      return pipelining ? "250-next.example\r\n250 PIPELINING" : "250 next.example";
    }

    /** Only the last recipient meets the fault. */
    private void rcpt(String line) throws IOException {
      if (line.contains("last")) {
        answer(Stage.RCPT, "250 recipient");
      } else {
        say("250 recipient");
      }
      recipients.add(line);
    }

    private void reset() throws IOException {
      recipients.clear();
      say("250 forgotten");
    }

    private void data() throws IOException {
      boolean refused = isFaulty(Stage.DATA) && fault.isRefusal();
      answer(Stage.DATA, "354 go");
      if (refused) {
        return;
      }
      String line = in.readLine();
      boolean refusedInMidText = isFaulty(Stage.TEXT) && fault.isRefusal();
      answer(Stage.TEXT, null);
      while (line != null && !line.equals(".")) {
        line = in.readLine();
      }
      if (line != null && !refusedInMidText) {
        finalDots.add(line);
        if (!isFaulty(Stage.FINAL_DOT) || fault == Fault.TAKEN_AND_CLOSED) {
          taken.add(List.copyOf(recipients));
        }
        answer(Stage.FINAL_DOT, "250 queued");
        recipients.clear();
      }
    }

    private void answer(Stage now, @Nullable String reply) throws IOException {
      boolean faulty = isFaulty(now);
      if (faulty && fault.closesBehindItsAnswer()) {
        String last = fault.isRefusal() ? fault.reply : reply;
        if (last != null) {
          say(last);
        }
        throw new GoneWrong();
      }
      if (faulty) {
        goWrong();
      } else if (reply != null) {
        say(reply);
      }
      if (faulty && !fault.isRefusal() && now.compareTo(Stage.DATA) >= 0) {
        readOn();
      }
    }

    private boolean isFaulty(Stage now) {
      return armed && now == stage && number <= lastFaulty;
    }

    private void goWrong() throws IOException {
      if (fault == Fault.CLOSE) {
        throw new GoneWrong();
      }
      if (fault.reply == null) {
        readOn();
      } else {
        say(fault.reply);
      }
    }

    /** Says nothing more, until the relay has had enough. */
    private void readOn() throws IOException {
      while (in.readLine() != null) {
        // What follows is for nobody.
      }
      throw new GoneWrong();
    }

    private void say(String reply) throws IOException {
      socket.getOutputStream().write((reply + "\r\n").getBytes(UTF_8));
    }
  }

  @Override
  public void close() {
    try {
      listener.close();
      for (Socket socket : open) {
        socket.close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
