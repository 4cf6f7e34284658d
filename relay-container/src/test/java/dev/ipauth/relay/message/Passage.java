package dev.ipauth.relay.message;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.ipauth.relay.smtp.TestUsers;
import dev.ipauth.tables.AllowedSender;
import dev.ipauth.tables.IpAddress;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A message on its way through this relay, from the device's octets to the next hop's. */
final class Passage implements TextOut {
  static final int MAX_HEADER = 2000;
  private static final Instant NOW = Instant.parse("2026-11-23T10:00:00Z");
  static final Trace TRACE = trace("printer");

  private final ByteArrayOutputStream octets = new ByteArrayOutputStream();
  private final MessageText text;
  private int pieces;
  private ByteBuffer in = ByteBuffer.allocate(0);

  /** A message by DATA. */
  Passage(long maxBytes, String helo, List<AllowedSender> senders) {
    this(Framing.DOT, maxBytes, helo, senders);
  }

  Passage(Framing framing, long maxBytes, String helo, List<AllowedSender> senders) {
    text =
        MessageText.of(
            framing,
            TestUsers.of("scanner", "acme", senders),
            trace(helo),
            new MessageText.Limits(maxBytes, MAX_HEADER),
            new HeaderBudget(1 << 20));
  }

  private static Trace trace(String helo) {
    var ip = IpAddress.parse("192.0.2.7");
    return new Trace("relay.test", ip, helo, "ESMTP", null, "id1", NOW);
  }

  boolean take(String piece) {
    return take(piece.getBytes(ISO_8859_1));
  }

  boolean take(byte[] piece) {
    in = ByteBuffer.wrap(piece);
    return text.take(in, this);
  }

  void end() {
    text.end(this);
  }

  /** How much of the last piece was taken. */
  int taken() {
    return in.position();
  }

  /** Why the message isn't passed on, if it isn't. */
  @Nullable Fault fault() {
    return text.fault();
  }

  MessageText text() {
    return text;
  }

  @Override
  public void slice(int from, int to) {
    pieces++;
    octets.write(in.array(), from, to - from);
  }

  @Override
  public void insert(byte[] inserted) {
    pieces++;
    octets.writeBytes(inserted);
  }

  /** In how many pieces it went. */
  int pieces() {
    return pieces;
  }

  byte[] octets() {
    return octets.toByteArray();
  }

  /** What went to the next hop. */
  @Override
  public String toString() {
    return octets.toString(ISO_8859_1);
  }

  /** What the next hop's reader makes of it: without the dots of stuffing. */
  String read() {
    return toString().replaceAll("(?<=\\A|\r\n)\\.", "");
  }
}
