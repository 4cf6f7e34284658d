package dev.ipauth.relay.smtp;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.ipauth.relay.smtp.Event.Reason;
import dev.ipauth.tables.SmtpUser;

/** What must be true of a message's header, and what is put on top of it. */
final class HeaderRules {
  private static final int MOST_RECEIVED = 100;

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
    if (!user.allowedSenders().isEmpty() && !mayBeFrom(header)) {
      return new Refused(new Refusal(Reason.SENDER_NOT_ALLOWED, Replies.FROM_NOT_ALLOWED));
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

  /** Every address of every From must be allowed; what can't be read isn't. */
  private boolean mayBeFrom(Header header) {
    return header.bodies("From").stream()
        .allMatch(
            body ->
                FromField.addresses(body)
                    .map(addresses -> addresses.stream().allMatch(user::maySendAs))
                    .orElse(false));
  }
}
