package dev.ipauth.local.command;

import dev.ipauth.settings.BadSettings;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.System.Logger.Level;
import java.net.ConnectException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;

/**
 * The running platform's ear for commands: a socket in its folder, of its owner's alone. Each
 * connection is a command and its answer.
 */
public final class CommandSocket implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger("commands");
  private static final Duration BEFORE_ANOTHER_TRY = Duration.ofMillis(20);

  private final ServerSocketChannel server;
  private final Path path;
  private final Commands commands;
  private final Set<SocketChannel> connections = ConcurrentHashMap.newKeySet();

  private CommandSocket(ServerSocketChannel server, Path path, Commands commands) {
    this.server = server;
    this.path = path;
    this.commands = commands;
  }

  /**
   * Listens.
   *
   * @param path in a folder that this process holds; what an earlier one left there is replaced
   * @throws BadSettings when there can be no socket
   */
  public static CommandSocket open(Path path, Commands commands) {
    try {
      Files.deleteIfExists(path);
      var server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
      server.bind(UnixDomainSocketAddress.of(path));
      Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-------"));
      var socket = new CommandSocket(server, path, commands);
      Thread.ofVirtual().name("commands").start(socket::accept);
      return socket;
    } catch (IOException e) {
      throw new BadSettings(
          List.of(
              "DATA_DIR can't have a socket for commands (%s). Write a folder of a shorter path, on a disk of this machine."
                  .formatted(e.getMessage())));
    }
  }

  private void accept() {
    while (server.isOpen()) {
      try {
        SocketChannel connection = server.accept();
        connections.add(connection);
        Thread.ofVirtual().name("command").start(() -> answer(connection));
      } catch (IOException _) {
        // Closed, or whoever asked is gone; or no file descriptor is left, which asking again at
        // once wouldn't mend.
        LockSupport.parkNanos(BEFORE_ANOTHER_TRY.toNanos());
      }
    }
  }

  private void answer(SocketChannel connection) {
    try (connection;
        var from = new DataInputStream(Channels.newInputStream(connection));
        var to = output(connection)) {
      Frames.answer(to, commands, Frames.asked(from));
    } catch (IOException _) {
      // Whoever asked doesn't wait for the answer.
    } catch (RuntimeException e) {
      LOG.log(Level.ERROR, "A command failed", e);
    } finally {
      connections.remove(connection);
    }
  }

  private static DataOutputStream output(SocketChannel connection) {
    return new DataOutputStream(
        new BufferedOutputStream(Channels.newOutputStream(connection), 1 << 16));
  }

  /**
   * Asks the process that listens there.
   *
   * @return its answer's exit status; empty when none listens
   * @throws java.io.EOFException when it ends before it has answered
   * @throws IOException when it can't be asked
   */
  static OptionalInt ask(Path path, List<String> words, PrintStream out, PrintStream err)
      throws IOException {
    if (Files.notExists(path)) {
      return OptionalInt.empty();
    }
    try (SocketChannel connection = SocketChannel.open(UnixDomainSocketAddress.of(path));
        var from = new DataInputStream(Channels.newInputStream(connection));
        var to = output(connection)) {
      Frames.ask(to, words);
      return OptionalInt.of(Frames.answered(from, out, err));
    } catch (ConnectException _) {
      return OptionalInt.empty();
    }
  }

  /** Whether a platform listens there. */
  public static boolean isOpen(Path path) {
    try (SocketChannel _ = SocketChannel.open(UnixDomainSocketAddress.of(path))) {
      return true;
    } catch (IOException _) {
      return false;
    }
  }

  /** Commands under way are given up. */
  @Override
  public void close() throws IOException {
    server.close();
    for (SocketChannel connection : connections) {
      connection.close();
    }
    Files.deleteIfExists(path);
  }
}
