package dev.ipauth.relay.smtp;

import dev.ipauth.relay.message.Fault;
import dev.ipauth.relay.smtp.Access.Permission;
import dev.ipauth.relay.smtp.Event.Reason;
import dev.ipauth.tables.IpAddress;
import dev.ipauth.tables.SmtpUser;
import dev.ipauth.tables.Verdict;
import org.jspecify.annotations.Nullable;

/** Why something is refused: for the log, and for the device. */
public record Refusal(Reason reason, Reply reply) {
  static final Refusal NO_ROOM_FOR_ENVELOPE =
      new Refusal(Reason.NO_ROOM, Replies.NO_ROOM_FOR_ENVELOPE);

  /** What stands against a message of this sender; null when nothing does. */
  static @Nullable Refusal of(Permission permission, MailFrom from, IpAddress ip) {
    return switch (permission) {
      case Permission.Granted(SmtpUser user, _) ->
          new Verdict.Allowed(user).from(from.address()) instanceof Verdict.Allowed
              ? null
              : new Refusal(Reason.SENDER_NOT_ALLOWED, Replies.SENDER_NOT_ALLOWED);
      case Permission.Disabled(_) -> new Refusal(Reason.USER_DISABLED, Replies.USER_DISABLED);
      case Permission.Nobody() -> new Refusal(Reason.NOT_NOMINATED, Replies.nobody(ip));
      case Permission.ProxyItself() -> new Refusal(Reason.PROXY, Replies.PROXY_ITSELF);
      case Permission.Unsure() -> new Refusal(Reason.TABLES_UNREADABLE, Replies.ACCESS_UNSURE);
      case Permission.OverRate(_, Reply reply) -> new Refusal(Reason.RATE, reply);
    };
  }

  /** What a message's fault is to the device. */
  static Refusal of(Fault fault) {
    return switch (fault) {
      case MESSAGE_TOO_LARGE -> new Refusal(Reason.TOO_LARGE, Replies.TOO_LARGE);
      case LINE_TOO_LONG -> new Refusal(Reason.TOO_LARGE, Replies.TEXT_LINE_TOO_LONG);
      case HEADER_TOO_LARGE -> new Refusal(Reason.TOO_LARGE, Replies.HEADER_TOO_LARGE);
      case NO_ROOM_FOR_HEADER -> new Refusal(Reason.NO_ROOM, Replies.NO_ROOM_FOR_HEADER);
      case LOOP -> new Refusal(Reason.LOOP, Replies.LOOP);
      case FROM_NOT_ALLOWED -> new Refusal(Reason.SENDER_NOT_ALLOWED, Replies.FROM_NOT_ALLOWED);
      case FROM_UNCERTAIN -> new Refusal(Reason.SENDER_NOT_ALLOWED, Replies.FROM_UNCERTAIN);
      case FROM_TOO_LONG -> new Refusal(Reason.SENDER_NOT_ALLOWED, Replies.FROM_TOO_LONG);
      case HEADER_UNCERTAIN -> new Refusal(Reason.SENDER_NOT_ALLOWED, Replies.HEADER_UNCERTAIN);
    };
  }

  /** What comes of handing a message on; that there is no room to keep it is the relay's own. */
  static Refusal ofHandingOn(Reply reply) {
    return new Refusal(reply.equals(Replies.QUEUE_FULL) ? Reason.NO_ROOM : Reason.NEXT_HOP, reply);
  }

  /** Whether it counts towards the errors that end a connection. */
  boolean isAnError() {
    // What the next hop itself says is no fault of the device's; once it couldn't be asked, the
    // relay answers the rest of a message at once, as often as a device likes. RFC 5321 section
    // 4.5.3.1.10: the device sends the rest of its recipients in another message.
    return reason != Reason.TOO_MANY_RECIPIENTS
        && (reason != Reason.NEXT_HOP || Replies.isOfTheRelay(reply));
  }
}
