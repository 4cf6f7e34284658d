package dev.ipauth.relay.onward;

import dev.ipauth.relay.smtp.Replies;
import dev.ipauth.relay.smtp.Reply;
import java.util.Set;

/**
 * Why a message can't go on to the next hop, for whoever must decide what becomes of it: how far it
 * came, and what kind of fault it was.
 *
 * @param why for the operator; may hold the next hop's own words
 * @param heard what a device hears where the next hop's own words aren't passed on
 */
public record Failure(Stage stage, Kind kind, String why, Reply heard) {

  /** RFC 5248 and RFC 4954: what is said to a client that isn't let in, whatever it asks for. */
  private static final Set<Integer> RELAY_REFUSED = Set.of(530, 532, 534, 535, 538);

  /** How far it came. */
  public enum Stage {
    CONNECT,
    GREETING,
    EHLO,
    TLS,
    AUTH,
    MAIL,
    RCPT,
    DATA,
    TEXT,
    FINAL_DOT;

    /** Whether this is before the first message: what goes wrong says nothing about the mail. */
    public boolean isOpening() {
      return compareTo(MAIL) < 0;
    }
  }

  /** What kind of fault it was. */
  public enum Kind {
    /** No address, nobody listens, no route, or no answer to a connection. */
    UNREACHABLE,
    /** It closed or reset the connection. */
    CLOSED,
    /** It said nothing, or took nothing of the text, for too long. */
    TIMED_OUT,
    /** What it said is no reply, or none to what it was asked. */
    NONSENSE,
    /** It refused for now: 4xx. */
    REFUSED_FOR_NOW,
    /** It refused the message or a part of it for good: 5xx. */
    REFUSED_FOR_GOOD,
    /**
     * It refuses the relay, whatever the mail, until the operator mends something: the login is
     * refused, TLS that is required isn't offered, its certificate isn't to be trusted, or it
     * greets with 5xx.
     */
    OPERATOR,
    /** Too much waits to be taken by the next hop, and this message had waited longest. */
    NO_ROOM,
    /** What the next hop takes in a minute, or at once, is used up by the relay's own count. */
    PACED,
    /** The relay itself gave it up. */
    ABANDONED;

    private Reply heard() {
      return switch (this) {
        case NO_ROOM -> Replies.NEXT_HOP_BEHIND;
        case PACED -> Replies.PACED;
        case UNREACHABLE,
            CLOSED,
            TIMED_OUT,
            NONSENSE,
            REFUSED_FOR_NOW,
            REFUSED_FOR_GOOD,
            OPERATOR,
            ABANDONED ->
            Replies.NEXT_HOP_FAILED;
      };
    }
  }

  /** One of which a device hears no more than that the next hop can't take its message now. */
  public Failure(Stage stage, Kind kind, String why) {
    this(stage, kind, why, kind.heard());
  }

  /** What a reply says that isn't the one that was hoped for. */
  static Failure of(Stage stage, Reply reply) {
    return new Failure(stage, kind(stage, reply), "the next hop said " + reply);
  }

  static Kind kind(Stage stage, Reply reply) {
    if (reply.isPositive()) {
      return Kind.NONSENSE;
    }
    if (reply.isTransient()) {
      return Kind.REFUSED_FOR_NOW;
    }
    boolean ofTheRelay = stage.isOpening() || RELAY_REFUSED.contains(reply.code());
    return ofTheRelay ? Kind.OPERATOR : Kind.REFUSED_FOR_GOOD;
  }
}
