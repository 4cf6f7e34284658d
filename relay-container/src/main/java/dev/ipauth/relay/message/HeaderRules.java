package dev.ipauth.relay.message;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.ipauth.tables.AllowedSender;
import dev.ipauth.tables.EmailAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What must be true of a message's header, and what is put on top of it. */
final class HeaderRules {
  private static final int MOST_RECEIVED = 100;
  private static final int MOST_ADDRESSES = 100;
  private static final int LONGEST_FROM = 8192;
  private static final List<String> IN_PLACE_OF_FROM =
      List.of("Sender", "Resent-From", "Resent-Sender");

  private final Set<AllowedSender> allowed;
  private final Trace trace;

  HeaderRules(List<AllowedSender> allowed, Trace trace) {
    this.allowed = Set.copyOf(allowed);
    this.trace = trace;
  }

  sealed interface Verdict {}

  /** The message goes on, with these octets on top. */
  @SuppressWarnings("ArrayRecordComponent") // never compared, never kept
  record Passed(byte[] trace) implements Verdict {}

  record Refused(Fault fault) implements Verdict {}

  Verdict judge(Header header) {
    // RFC 5321 section 6.3: the count is what tells a loop.
    if (header.count("Received") > MOST_RECEIVED) {
      return new Refused(Fault.LOOP);
    }
    Fault fault = allowed.isEmpty() ? null : objection(header);
    return fault == null ? new Passed(top(header)) : new Refused(fault);
  }

  private byte[] top(Header header) {
    var top = new StringBuilder(trace.received());
    // RFC 6409 section 8: a submission server adds these two where they are missing.
    if (!header.has("Message-ID")) {
      top.append(trace.messageId());
    }
    if (!header.has("Date")) {
      top.append(trace.date());
    }
    return top.toString().getBytes(UTF_8);
  }

  /**
   * What stands against the sender that readers will see; null when it is surely an allowed one.
   */
  private @Nullable Fault objection(Header header) {
    if (!header.isPlain()) {
      return Fault.HEADER_UNCERTAIN;
    }
    List<String> bodies = shownAsSender(header).toList();
    // To take it apart, and to make each address canonical, costs more than a device's message may.
    if (bodies.stream().mapToInt(String::length).sum() > LONGEST_FROM) {
      return Fault.FROM_TOO_LONG;
    }
    var senders = new ArrayList<String>();
    for (String body : bodies) {
      Optional<List<String>> named = FromField.addresses(body);
      if (named.isEmpty()) {
        return Fault.FROM_UNCERTAIN;
      }
      senders.addAll(named.get());
      if (senders.size() > MOST_ADDRESSES) {
        return Fault.FROM_TOO_LONG;
      }
    }
    return senders.stream()
        .map(this::objection)
        .filter(fault -> fault != null)
        .findFirst()
        .orElse(null);
  }

  private @Nullable Fault objection(String sender) {
    try {
      return isAllowed(EmailAddress.parse(sender)) ? null : Fault.FROM_NOT_ALLOWED;
    } catch (IllegalArgumentException _) {
      return Fault.FROM_UNCERTAIN;
    }
  }

  /** However many are allowed: both forms in which it could be are looked up. */
  private boolean isAllowed(EmailAddress sender) {
    return allowed.contains(new AllowedSender("@" + sender.domain()))
        || allowed.contains(new AllowedSender(sender.localPart() + "@" + sender.domain()));
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
