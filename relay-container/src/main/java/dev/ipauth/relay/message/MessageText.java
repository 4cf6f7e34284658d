package dev.ipauth.relay.message;

import dev.ipauth.tables.SmtpUser;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The text of one message on its way from the device to the next hop. Streams: of a message only
 * its header is ever held.
 *
 * <p>Once something is wrong nothing more is passed on, but the text is read to its end, because
 * that is where a device listens for the reply.
 */
public final class MessageText {
  private static final int LONGEST_LINE = 1 << 20;

  private final long maxBytes;
  private final Decoder decoder;
  private final HeaderReader header;
  private final Encoder encoder = new Encoder();

  /**
   * How much a text may be.
   *
   * @param bytes of it
   * @param headerBytes of these, how many may be header
   */
  public record Limits(long bytes, int headerBytes) {}

  /**
   * A text of which nothing has been read. {@link #release} it.
   *
   * @param share of the memory for headers
   */
  MessageText(Framing framing, HeaderRules rules, Limits limits, HeaderBudget.Share share) {
    this.maxBytes = limits.bytes();
    this.header = new HeaderReader(rules, encoder, limits.headerBytes(), share);
    this.decoder = new Decoder(framing, header);
  }

  /**
   * A text of which nothing has been read. {@link #release} it.
   *
   * @param user whose allowed senders its header must keep to
   * @param headers the memory for headers
   */
  public static MessageText of(
      Framing framing, SmtpUser user, Trace trace, Limits limits, HeaderBudget headers) {
    var rules = new HeaderRules(user.allowedSenders(), trace);
    return new MessageText(framing, rules, limits, headers.share(user.accountId()));
  }

  /**
   * Reads all of the buffer, or up to and including the final dot's line.
   *
   * @param out gets what goes to the next hop, canonical and dot-stuffed; nothing after a refusal
   * @return whether the text has ended; always false for a counted text
   */
  public boolean take(ByteBuffer in, TextOut out) {
    header.read(in);
    encoder.between(in, out);
    boolean ended = decoder.take(in);
    measure();
    if (ended) {
      header.end();
    }
    encoder.flush();
    return ended;
  }

  /** Ends a counted text. */
  public void end(TextOut out) {
    encoder.between(ByteBuffer.allocate(0), out);
    decoder.end();
    header.end();
    encoder.flush();
  }

  /** Why the message can't be passed on; null as long as it can. */
  public @Nullable Fault fault() {
    return header.fault();
  }

  /** Octets of text that came so far, the final dot and stuffed dots not among them. */
  public long size() {
    return decoder.size();
  }

  /** Gives back what is held of it. Nothing is passed on after it. */
  public void release() {
    header.release();
  }

  private void measure() {
    if (decoder.size() > maxBytes) {
      header.refuse(Fault.MESSAGE_TOO_LARGE);
    }
    if (decoder.longestLine() > LONGEST_LINE) {
      header.refuse(Fault.LINE_TOO_LONG);
    }
  }
}
