package dev.ipauth.relay.smtp;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.ipauth.relay.smtp.Event.Reason;
import dev.ipauth.tables.SmtpUser;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What must be true of a message's header, and what is put on top of it. */
final class HeaderRules {
  private static final int MOST_RECEIVED = 100;
  private static final List<String> IN_PLACE_OF_FROM =
      List.of("Sender", "Resent-From", "Resent-Sender");

  private final SmtpUser user;
  private final Trace trace;

  HeaderRules(SmtpUser user, Trace trace) {
    this.user = user;
    this.trace = trace;
  }

  sealed interface Verdict {}

  /** The message goes on, with these octets on top. */
  @SuppressWarnings("ArrayRecordComponent") // never compared, never kept
  record Passed(byte[] trace) implements Verdict {}

  record Refused(Refusal refusal) implements Verdict {}

  Verdict judge(Header header) {
    // RFC 5321 section 6.3: the count is what tells a loop.
    if (header.count("Received") > MOST_RECEIVED) {
      return new Refused(new Refusal(Reason.LOOP, Replies.LOOP));
    }
    Reply reply = user.allowedSenders().isEmpty() ? null : objection(header);
    if (reply != null) {
      return new Refused(new Refusal(Reason.SENDER_NOT_ALLOWED, reply));
    }
    var top = new StringBuilder(trace.received());
    // RFC 6409 section 8: a submission server adds these two where they are missing.
    if (!header.has("Message-ID")) {
      top.append(trace.messageId());
    }
    if (!header.has("Date")) {
      top.append(trace.date());
    }
    return new Passed(top.toString().getBytes(UTF_8));
  }

  /**
   * What stands against the sender that readers will see; null when it is surely an allowed one.
   */
  private @Nullable Reply objection(Header header) {
    if (!header.isPlain()) {
      return Replies.HEADER_UNCERTAIN;
    }
    var senders = shownAsSender(header).map(FromField::addresses).toList();
    if (senders.stream().anyMatch(Optional::isEmpty)) {
      return Replies.FROM_UNCERTAIN;
    }
    return senders.stream()
            .flatMap(Optional::stream)
            .flatMap(List::stream)
            .allMatch(user::maySendAs)
        ? null
        : Replies.FROM_NOT_ALLOWED;
  }

  /**
   * Every From; without one, what some readers show in its place. With none of these it is the
   * envelope's sender, which was judged at MAIL.
   */
  private static Stream<String> shownAsSender(Header header) {
    return header.has("From")
        ? header.bodies("From").stream()
        : IN_PLACE_OF_FROM.stream().map(header::bodies).flatMap(List::stream);
  }
}
