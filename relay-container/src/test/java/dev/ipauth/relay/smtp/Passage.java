package dev.ipauth.relay.smtp;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.ipauth.relay.smtp.LineRepair.Framing;
import dev.ipauth.tables.AllowedSender;
import dev.ipauth.tables.IpAddress;
import dev.ipauth.tables.PasswordHash;
import dev.ipauth.tables.SmtpUser;
import dev.ipauth.tables.Username;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A message on its way through this relay, from the device's octets to the next hop's. */
final class Passage implements TextOut {
  static final int MAX_HEADER = 2000;
  private static final Instant NOW = Instant.parse("2026-11-23T10:00:00Z");

  private final ByteArrayOutputStream octets = new ByteArrayOutputStream();
  private final MessageText text;
  private ByteBuffer in = ByteBuffer.allocate(0);

  /** A message by DATA. */
  Passage(long maxBytes, String helo, List<AllowedSender> senders) {
    this(Framing.DOT, maxBytes, helo, senders);
  }

  Passage(Framing framing, long maxBytes, String helo, List<AllowedSender> senders) {
    var peer = new Peer(IpAddress.parse("192.0.2.7"), helo, true, null);
    var transaction = transaction(senders);
    var trace = new Trace("relay.test", peer, false, transaction, NOW);
    var rules = new HeaderRules(transaction.permission.user(), trace);
    text = new MessageText(framing, rules, maxBytes, MAX_HEADER);
  }

  private static Transaction transaction(List<AllowedSender> senders) {
    var user =
        new SmtpUser(
            new Username("scanner"),
            "acme",
            new SmtpUser.Profile(null, true, List.of(), senders, null),
            new SmtpUser.Password(new PasswordHash("h"), NOW),
            null,
            NOW,
            1);
    var granted = new Access.Permission.Granted(user, Access.AuthenticatedBy.IP);
    return new Transaction("id1", new MailFrom("a@b", -1, false, false, null, null), granted, NOW);
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

  /** What the device will hear, if the message isn't passed on. */
  @Nullable Reply refusal() {
    Refusal refusal = text.refusal();
    return refusal == null ? null : refusal.reply();
  }

  MessageText text() {
    return text;
  }

  @Override
  public void slice(int from, int to) {
    octets.write(in.array(), from, to - from);
  }

  @Override
  public void insert(byte[] inserted) {
    octets.writeBytes(inserted);
  }

  byte[] octets() {
    return octets.toByteArray();
  }

  /** What went to the next hop. */
  @Override
  public String toString() {
    return octets.toString(ISO_8859_1);
  }
}
