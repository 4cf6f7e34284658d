package dev.ipauth.relay.smtp;

import dev.ipauth.relay.smtp.Event.Reason;
import dev.ipauth.relay.smtp.LineRepair.Framing;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The text of one message on its way from the device to the next hop: line ends repaired, the
 * header checked and the trace fields put on top, size and lines measured. Streams: of a message
 * only its header is ever held, and that is bounded.
 *
 * <p>Once something is wrong nothing more is passed on, but the text is read to its end, because
 * that is where a device listens for the reply.
 */
public final class MessageText {
  private static final int LONGEST_LINE = 1 << 20;

  private final long maxBytes;
  private final HeaderGate gate;
  private final LineRepair repair;

  /**
   * A text of which nothing has been read.
   *
   * @param maxBytes of the device's text
   * @param maxHeaderBytes of these, how many may be header
   */
  MessageText(Framing framing, HeaderRules rules, long maxBytes, int maxHeaderBytes) {
    this.maxBytes = maxBytes;
    this.gate = new HeaderGate(rules, maxHeaderBytes);
    this.repair = new LineRepair(framing, gate);
  }

  /**
   * Reads all of the buffer, or up to and including the final dot's line.
   *
   * @param out gets what goes to the next hop, canonical and dot-stuffed; nothing after a refusal
   * @return whether the text has ended; always false for a counted text
   */
  public boolean take(ByteBuffer in, TextOut out) {
    gate.between(in, out);
    boolean ended = repair.take(in);
    measure();
    if (ended) {
      gate.end();
    }
    return ended;
  }

  /** Ends a counted text. */
  public void end(TextOut out) {
    gate.between(ByteBuffer.allocate(0), out);
    repair.end();
    gate.end();
  }

  /** Why the message can't be passed on; null as long as it can. */
  @Nullable Refusal refusal() {
    return gate.refusal();
  }

  /** Octets of text that came so far, the final dot and stuffed dots not among them. */
  public long size() {
    return repair.size();
  }

  private void measure() {
    if (repair.size() > maxBytes) {
      gate.refuse(new Refusal(Reason.TOO_LARGE, Replies.TOO_LARGE));
    }
    if (repair.longestLine() > LONGEST_LINE) {
      gate.refuse(new Refusal(Reason.TOO_LARGE, Replies.TEXT_LINE_TOO_LONG));
    }
  }
}
