package dev.ipauth.relay.queue;

import dev.ipauth.tables.QueuedMessage;
import dev.ipauth.tables.QueuedMessage.Recipient;
import java.time.Instant;
import java.util.List;
import java.util.Locale;

/**
 * What somebody is to hear about a message (RFC 3464).
 *
 * @param recipients those that it is about, each with its last reply
 * @param header the original's, up to its blank line, each octet a character
 * @param at when this became so
 * @param until when the relay gives up, for a delay
 */
public record Report(
    Kind kind,
    QueuedMessage about,
    List<Recipient> recipients,
    String header,
    Instant at,
    Instant until) {

  /** What is reported. */
  public enum Kind {
    /** It can't be delivered, and isn't tried any more. */
    FAILED("failed", "FAILURE"),
    /** It takes long, and is still tried. */
    DELAYED("delayed", "DELAY"),
    /** A next hop without DSN has taken it (RFC 3461 section 5.2.2). */
    RELAYED("relayed", "SUCCESS");

    /** The value of {@code Action:} (RFC 3464 section 2.3.3). */
    final String action;

    /** The word of {@code NOTIFY=} that asks for it (RFC 3461 section 4.1). */
    final String asked;

    Kind(String action, String asked) {
      this.action = action;
      this.asked = asked;
    }
  }

  public Report {
    recipients = List.copyOf(recipients);
  }

  /** Those of the recipients that want such a report. */
  static List<Recipient> wanting(Kind kind, List<Recipient> recipients) {
    return recipients.stream().filter(to -> isWanted(kind, to)).toList();
  }

  /**
   * Whether a recipient's {@code NOTIFY} wants such a report. Without one, failures and delays are
   * reported and successes aren't.
   */
  private static boolean isWanted(Kind kind, Recipient recipient) {
    String notify = recipient.notifyOn();
    if (notify == null) {
      return kind != Kind.RELAYED;
    }
    return List.of(notify.toUpperCase(Locale.ROOT).split(",")).contains(kind.asked);
  }
}
