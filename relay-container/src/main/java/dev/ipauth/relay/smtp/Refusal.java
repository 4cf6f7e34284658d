package dev.ipauth.relay.smtp;

import dev.ipauth.relay.smtp.Access.Permission;
import dev.ipauth.relay.smtp.Event.Reason;
import dev.ipauth.tables.IpAddress;
import dev.ipauth.tables.SmtpUser;
import org.jspecify.annotations.Nullable;

/** Why something is refused: for the log, and for the device. */
public record Refusal(Reason reason, Reply reply) {

  /** What stands against a message of this sender; null when nothing does. */
  static @Nullable Refusal of(Permission permission, MailFrom from, IpAddress ip) {
    return switch (permission) {
      case Permission.Granted(SmtpUser user, _) ->
          user.maySendAs(from.address())
              ? null
              : new Refusal(Reason.SENDER_NOT_ALLOWED, Replies.SENDER_NOT_ALLOWED);
      case Permission.Disabled(_) -> new Refusal(Reason.USER_DISABLED, Replies.USER_DISABLED);
      case Permission.Nobody() -> new Refusal(Reason.NOT_NOMINATED, Replies.nobody(ip));
      case Permission.Unsure() -> new Refusal(Reason.TABLES_UNREADABLE, Replies.ACCESS_UNSURE);
      case Permission.OverRate(_, Reply reply) -> new Refusal(Reason.RATE, reply);
    };
  }

  /** Whether it counts towards the errors that end a connection. */
  boolean isAnError() {
    // RFC 5321 section 4.5.3.1.10: the device sends the rest of its recipients in another message.
    return reason != Reason.NEXT_HOP && reason != Reason.TOO_MANY_RECIPIENTS;
  }
}
