package dev.ipauth.relay.onward;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.channel.embedded.EmbeddedChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;

/**
 * A next hop without a socket, on the caller's own thread: it reads as strictly as RFC 5321 allows,
 * takes everything, and remembers what it took and what it couldn't make sense of.
 */
public final class StrictNextHop {
  private final List<String> messages = new ArrayList<>();
  private final List<String> faults = new ArrayList<>();
  private final List<EmbeddedChannel> connections = new ArrayList<>();
  private int onTheWay;

  /** A device's way to it. */
  public Delivery delivery() {
    var offered = Set.of(dev.ipauth.relay.smtp.NextHop.Extension.values());
    var kept =
        new ConnectionPool(
            new EmbeddedChannel().eventLoop(), Duration.ofHours(1), new Semaphore(1), () -> false);
    return new SmtpDelivery(
        kept,
        _ -> CompletableFuture.completedStage(pass()),
        () -> CompletableFuture.completedStage(connect()),
        () -> offered,
        new RecordingEvents());
  }

  private Pass pass() {
    onTheWay++;
    return new Pass((_, _) -> onTheWay--, Lane.DEVICES, "acme");
  }

  /** Messages that have begun, and haven't ended in any way. */
  public int onTheWay() {
    return onTheWay;
  }

  private NextHopConnection connect() {
    var channel = new EmbeddedChannel(new Ear());
    var connection =
        new NextHopConnection(channel, OnwardSettings.Timeouts.DEFAULT, new Backlog(1 << 20));
    channel.pipeline().addLast(connection);
    channel.writeInbound(Unpooled.wrappedBuffer("220 next.hop\r\n".getBytes(ISO_8859_1)));
    connection.offers(Set.of("PIPELINING", "8BITMIME", "SIZE", "SMTPUTF8", "DSN"));
    connections.add(channel);
    return connection;
  }

  /** Each message as its MAIL, its RCPTs and its text, as they came. */
  public List<String> messages() {
    return messages;
  }

  /** What a line or a text held that none may hold. */
  public List<String> faults() {
    return faults;
  }

  public void close() {
    connections.forEach(EmbeddedChannel::finishAndReleaseAll);
  }

  private final class Ear extends ChannelDuplexHandler {
    private final StringBuilder line = new StringBuilder();
    private final StringBuilder message = new StringBuilder();
    private final StringBuilder replies = new StringBuilder();
    private boolean inText;
    private char last;

    @Override
    public void write(ChannelHandlerContext ctx, Object octets, ChannelPromise written) {
      var buffer = (ByteBuf) octets;
      String said = buffer.toString(ISO_8859_1);
      buffer.release();
      said.chars().forEach(c -> hear((char) c));
      written.setSuccess();
    }

    /** A CR, an LF and a NUL are heard for themselves; only CRLF ends a line. */
    private void hear(char c) {
      if (c == '\0' || (last == '\r') != (c == '\n')) {
        faults.add("CR, LF or NUL alone behind: " + line);
      }
      line.append(c);
      last = c;
      if (line.length() >= 2 && line.substring(line.length() - 2).equals("\r\n")) {
        end(line.toString());
        line.setLength(0);
      }
    }

    private void end(String said) {
      if (!inText) {
        replies.append(answer(said));
      } else if (said.equals(".\r\n")) {
        inText = false;
        messages.add(message.toString());
        message.setLength(0);
        replies.append("250 taken\r\n");
      } else {
        message.append(said);
      }
    }

    private String answer(String said) {
      switch (said.split("[ \r]", 2)[0]) {
        case "MAIL", "RCPT" -> message.append(said);
        case "DATA" -> {
          inText = true;
          return "354 go on\r\n";
        }
        case "RSET", "QUIT" -> message.setLength(0);
        default -> faults.add("no command: " + said);
      }
      return "250 ok\r\n";
    }

    @Override
    public void flush(ChannelHandlerContext ctx) {
      if (!replies.isEmpty()) {
        byte[] said = replies.toString().getBytes(ISO_8859_1);
        replies.setLength(0);
        ctx.fireChannelRead(Unpooled.wrappedBuffer(said));
      }
    }
  }
}
