package dev.ipauth.relay.operation;

import dev.ipauth.relay.smtp.Access.AuthenticatedBy;
import dev.ipauth.relay.smtp.Event;
import dev.ipauth.relay.smtp.Reply;
import dev.ipauth.tables.IpAddress;
import java.util.List;

/** Events as sessions leave them. */
final class Events {
  static final IpAddress IP = IpAddress.parse("198.51.100.7");

  private Events() {}

  static Event.Message message(String id, Reply reply) {
    return new Event.Message(
        id,
        "scanner-2f",
        "acme",
        IP,
        AuthenticatedBy.IP,
        "printer",
        "TLSv1.3",
        "scans@example.com",
        List.of("a@example.org", "b@example.org"),
        3_145_728,
        reply.isPositive() ? Event.Outcome.DELIVERED : Event.Outcome.REFUSED,
        reply.isPositive() ? null : Event.Reason.NEXT_HOP,
        reply,
        412);
  }

  static Event.Message accepted(String id) {
    return message(id, Reply.of(250, "2.0.0 queued as 7F"));
  }

  static Event.Refused refused(String helo) {
    return new Event.Refused(
        Event.Reason.NOT_NOMINATED,
        Event.What.MAIL,
        null,
        null,
        IP,
        helo,
        null,
        null,
        List.of(),
        Reply.of(530, "5.7.0 Authentication required"));
  }
}
