package dev.ipauth.relay.wire;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.ipauth.relay.message.MessageText;
import dev.ipauth.relay.message.TextOut;
import dev.ipauth.relay.onward.Delivery;
import dev.ipauth.relay.smtp.Command;
import dev.ipauth.relay.smtp.Replies;
import dev.ipauth.relay.smtp.Reply;
import dev.ipauth.relay.smtp.Session;
import dev.ipauth.relay.smtp.Step;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Takes from the octets that came what is expected next: a command, an answer, text. Commands and
 * answers go to the session, text to the next hop. What can't be taken yet waits here, never more
 * than a line and what one read brought.
 */
final class SmtpDecoder implements TextOut {
  private static final int LONGEST_LINE = 4096;
  private static final int CR = 1;
  private static final Command OVERLONG = new Command.Overlong();
  private static final byte TLS_HANDSHAKE_RECORD = 0x16;
  private static final Command TLS_IN_CLEAR = new Command.Foreign("TLS");

  private final Session session;
  private final Delivery delivery;
  private final InputBuffer received;
  private Reading expected = new Reading.BeforeGreeting();
  private boolean deaf;

  SmtpDecoder(Session session, Delivery delivery, WaitingBudget.OfAddress budget) {
    this.received = new InputBuffer(budget);
    this.session = session;
    this.delivery = delivery;
  }

  /** Takes over the buffer. */
  void add(ByteBufAllocator allocator, ByteBuf more) {
    if (deaf) {
      more.release();
    } else {
      received.add(allocator, more);
    }
  }

  /** Throws away what waits and whatever else comes, so that nothing more can be understood. */
  void deafen() {
    deaf = true;
    received.release();
  }

  /** Whether everything that came is taken. */
  boolean isEmpty() {
    return received.isEmpty();
  }

  /**
   * What couldn't be taken waits now.
   *
   * @return whether all devices together still hold no more than they may; never again once deaf,
   *     as long as the connection isn't over
   */
  boolean settle() {
    return received.settle() && (!deaf || expected instanceof Reading.Over);
  }

  /**
   * Whether the device is to be read on.
   *
   * @param heard whether it reads what it is told
   * @param resume runs when the next hop takes text again, where that is what must be waited for
   */
  boolean wantsMore(boolean heard, Runnable resume) {
    return switch (expected) {
      case Reading.TlsBeginning _ -> false;
      // To go on reading is cheaper than to stop and begin again: most devices wait, too.
      case Reading.Nothing _ -> isEmpty();
      case Reading.Over _ -> true;
      case Reading.Text _, Reading.Chunk _ -> {
        boolean writable = delivery.isWritable();
        if (!writable) {
          delivery.whenWritable(resume);
        }
        yield writable;
      }
      case Reading.BeforeGreeting _, Reading.CommandLine _ -> heard;
      case Reading.OverlongLine _, Reading.AuthLine _, Reading.Dropped _ -> heard;
    };
  }

  void expect(Reading next) {
    expected = next;
  }

  Reading expected() {
    return expected;
  }

  /**
   * Takes what is expected, as far as it is there.
   *
   * @return what the session wants done next; null when more must come first
   */
  @Nullable Step take() {
    return switch (expected) {
      case Reading.BeforeGreeting() -> takeEarlyOctets();
      case Reading.CommandLine() -> takeCommand();
      case Reading.OverlongLine(Command command) -> takeRestOfLine(command);
      case Reading.AuthLine() -> takeAuthLine();
      case Reading.Text(MessageText text) -> takeText(text);
      case Reading.Chunk(Step.ReadChunk chunk, long left) -> takeChunk(chunk, left);
      case Reading.Dropped(long left, Reply reply) -> takeDropped(left, reply);
      case Reading.Nothing(), Reading.TlsBeginning() -> null;
      case Reading.Over() -> {
        received.drop(Long.MAX_VALUE);
        yield null;
      }
    };
  }

  private @Nullable Step takeEarlyOctets() {
    if (received.isEmpty()) {
      return null;
    }
    return session.on(
        received.beginsWith(TLS_HANDSHAKE_RECORD) ? TLS_IN_CLEAR : tooEarly(received.line()));
  }

  private static Command tooEarly(byte @Nullable [] line) {
    return line != null && Command.parse(line) instanceof Command.Foreign foreign
        ? foreign
        : new Command.Unreadable(Replies.BEFORE_GREETING);
  }

  private @Nullable Step takeCommand() {
    if (received.beginsWith(TLS_HANDSHAKE_RECORD)) {
      return session.on(TLS_IN_CLEAR);
    }
    byte[] line = received.line();
    if (line == null) {
      return dropIfOverlong(true);
    }
    return session.on(
        line.length > LONGEST_LINE
            ? Command.overlong(Arrays.copyOf(line, LONGEST_LINE))
            : Command.parse(line));
  }

  private @Nullable Step takeAuthLine() {
    byte[] line = received.line();
    if (line == null) {
      return dropIfOverlong(false);
    }
    return line.length > LONGEST_LINE
        ? session.on(OVERLONG)
        : session.onAuthLine(new String(line, UTF_8));
  }

  private @Nullable Step dropIfOverlong(boolean isCommand) {
    if (received.size() > LONGEST_LINE + CR) {
      byte[] beginning = new byte[LONGEST_LINE];
      received.view(LONGEST_LINE).get(beginning);
      received.drop(Long.MAX_VALUE);
      expected = new Reading.OverlongLine(isCommand ? Command.overlong(beginning) : OVERLONG);
    }
    return null;
  }

  private @Nullable Step takeRestOfLine(Command command) {
    if (received.line() != null) {
      return session.on(command);
    }
    received.drop(Long.MAX_VALUE);
    return null;
  }

  private @Nullable Step takeText(MessageText text) {
    var view = received.view(Long.MAX_VALUE);
    boolean ended = text.take(view, this);
    received.drop(view.position());
    return ended ? session.onTextEnd(text) : null;
  }

  private @Nullable Step takeChunk(Step.ReadChunk chunk, long left) {
    var view = received.view(left);
    chunk.text().take(view, this);
    long rest = left - received.drop(view.position());
    expected = new Reading.Chunk(chunk, rest);
    if (rest > 0) {
      return null;
    }
    if (chunk.last()) {
      chunk.text().end(this);
    }
    return session.onChunkEnd(chunk);
  }

  private @Nullable Step takeDropped(long left, Reply reply) {
    long rest = left - received.drop(left);
    expected = new Reading.Dropped(rest, reply);
    return rest > 0 ? null : new Step.Say(reply);
  }

  /** A piece of the text being taken goes on as it is. */
  @Override
  public void slice(int from, int to) {
    delivery.text(received.slice(from, to));
  }

  @Override
  public void insert(byte[] octets) {
    delivery.text(Unpooled.wrappedBuffer(octets));
  }
}
