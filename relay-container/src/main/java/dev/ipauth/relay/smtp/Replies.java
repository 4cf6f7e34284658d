package dev.ipauth.relay.smtp;

import dev.ipauth.relay.smtp.Event.Reason;
import dev.ipauth.tables.IpAddress;
import dev.ipauth.tables.Verdict;
import java.util.Set;

/** Every reply that the relay makes itself, beside where it comes from. */
public final class Replies {
  // RFC 5321 section 4.2.3, with the enhanced codes of RFC 3463 and the IANA registry.
  public static final Reply OK = Reply.of(250, "2.0.0 OK");
  public static final Reply SENDER_OK = Reply.of(250, Verdict.Allowed.TEXT);
  public static final Reply RECIPIENT_OK = Reply.of(250, "2.1.5 Recipient OK");
  public static final Reply BYE = Reply.of(221, "2.0.0 Bye");
  public static final Reply CANNOT_VERIFY =
      Reply.of(252, "2.5.0 Send some mail, and the next hop will say");
  public static final Reply HELP =
      Reply.of(214, "2.0.0 EHLO HELO MAIL RCPT DATA BDAT RSET NOOP AUTH STARTTLS QUIT");

  // Faults of the conversation.
  public static final Reply UNKNOWN_COMMAND = Reply.of(500, "5.5.1 Command not recognised");
  public static final Reply LINE_TOO_LONG = Reply.of(500, "5.5.2 Line too long");
  public static final Reply NUL_IN_COMMAND = Reply.of(500, "5.5.2 NUL in a command");
  public static final Reply NOT_IMPLEMENTED = Reply.of(502, "5.5.1 Command not implemented");
  public static final Reply HELLO_FIRST = Reply.of(503, "5.5.1 Say EHLO or HELO first");
  public static final Reply MAIL_FIRST = Reply.of(503, "5.5.1 Say MAIL first");
  public static final Reply RCPT_FIRST = Reply.of(503, "5.5.1 Say RCPT first");
  public static final Reply MAIL_TWICE = Reply.of(503, "5.5.1 A message is under way already");
  public static final Reply BDAT_UNDER_WAY =
      Reply.of(503, "5.5.1 Only BDAT or RSET can follow BDAT");
  public static final Reply NO_RECIPIENTS = Reply.of(554, "5.5.1 No recipient was accepted");
  public static final Reply BEFORE_GREETING =
      Reply.of(554, "5.5.1 Wait for the greeting before speaking");
  public static final Reply BEHIND_STARTTLS =
      Reply.of(554, "5.5.1 Nothing may be sent behind STARTTLS");
  public static final Reply TOO_MANY_ERRORS = Reply.of(421, "4.7.0 Too many errors, closing");

  // RFC 3207.
  public static final Reply READY_FOR_TLS = Reply.of(220, "2.0.0 Ready to start TLS");
  public static final Reply TLS_ALREADY = Reply.of(503, "5.5.1 TLS is active already");
  public static final Reply TLS_NOT_HERE = Reply.of(502, "5.5.1 STARTTLS is not offered here");

  // RFC 4954.
  public static final Reply AUTHENTICATED = Reply.of(235, "2.7.0 Authentication succeeded");
  public static final Reply AUTH_REFUSED = of(Verdict.Why.PASSWORD_REFUSED);
  public static final Reply AUTH_UNSURE =
      Reply.of(454, "4.7.0 Authentication can't be checked now, try again later");
  public static final Reply AUTH_NEEDS_TLS =
      Reply.of(538, "5.7.11 Encryption required for authentication, say STARTTLS first");
  public static final Reply AUTH_TWICE = Reply.of(503, "5.5.1 Authenticated already");
  public static final Reply AUTH_DURING_MAIL =
      Reply.of(503, "5.5.1 AUTH isn't possible while a message is under way");
  public static final Reply AUTH_UNKNOWN_MECHANISM =
      Reply.of(504, "5.5.4 Authentication mechanism not known, use PLAIN or LOGIN");
  public static final Reply AUTH_CANCELLED = Reply.of(501, "5.7.0 Authentication cancelled");
  public static final Reply AUTH_MALFORMED = Reply.of(501, "5.5.2 Not a valid AUTH response");

  // Who may send.
  public static final Reply USER_DISABLED = of(Verdict.Why.USER_DISABLED);
  public static final Reply ACCESS_UNSURE =
      Reply.of(451, "4.3.0 It can't be checked now who may send, try again later");
  public static final Reply SENDER_CHANGED =
      Reply.of(451, "4.3.0 Who may send from here has changed since MAIL, start again");
  public static final Reply SENDER_NOT_ALLOWED = of(Verdict.Why.SENDER_NOT_ALLOWED);
  public static final Reply FROM_NOT_ALLOWED =
      Reply.of(550, "5.7.1 This SMTP user may not send with this From header");
  public static final Reply FROM_UNCERTAIN =
      Reply.of(
          550,
          "5.7.1 This SMTP user has allowed senders, and this From header can't be read for"
              + " certain; write it as From: Name <address>");
  public static final Reply FROM_TOO_LONG =
      Reply.of(550, "5.7.1 This From header is too long, 100 addresses are the most");
  public static final Reply HEADER_UNCERTAIN =
      Reply.of(
          550,
          "5.7.1 This SMTP user has allowed senders, and this header has a line that is no field,"
              + " so that its From isn't certain");

  public static final Reply PROXY_ITSELF =
      Reply.of(
          451,
          "4.7.1 No mail is taken from a proxy itself: its PROXY header is LOCAL or UNKNOWN and"
              + " names no device");

  // The message.
  public static final Reply SEND_TEXT = Reply.of(354, "End with <CRLF>.<CRLF>");
  public static final Reply TOO_LARGE = Reply.of(552, "5.3.4 Message larger than this relay takes");
  public static final Reply TOO_MANY_RECIPIENTS = Reply.of(452, "4.5.3 Too many recipients");
  public static final Reply LOOP =
      Reply.of(554, "5.4.6 Too many Received headers, mail is looping");
  public static final Reply HEADER_TOO_LARGE = Reply.of(552, "5.3.4 Message header too large");
  public static final Reply NO_ROOM_FOR_HEADER =
      Reply.of(452, "4.3.1 No room for this message's header now, try again later");
  public static final Reply NO_ROOM_FOR_ENVELOPE =
      Reply.of(452, "4.3.1 No room for this message's envelope now, try again later");
  public static final Reply TEXT_LINE_TOO_LONG =
      Reply.of(554, "5.6.0 A line of the message is longer than 1 MiB");
  public static final Reply NEEDS_UTF8 =
      Reply.of(553, "5.6.7 An address that isn't ASCII needs SMTPUTF8 with MAIL");
  public static final Reply NO_UTF8_BEHIND =
      Reply.of(553, "5.6.7 The next hop takes no address that isn't ASCII");

  public static final Reply NO_DSN_BEHIND =
      Reply.of(555, "5.5.4 The next hop reports no success, so NOTIFY=SUCCESS can't be done");

  // Handing on.
  public static final Reply NEXT_HOP_FAILED =
      Reply.of(451, "4.4.1 The next hop can't take this now, try again later");

  /** RFC 3463: X.3.5, system incorrectly configured. */
  public static final Reply MISCONFIGURED =
      Reply.of(451, "4.3.5 The next hop refuses this relay until its operator mends something");

  /** RFC 4954 section 4: a temporary authentication failure; SES says it for all its rates. */
  public static final Reply THROTTLED =
      Reply.of(454, "4.7.0 The next hop asks the relay to slow down, try again later");

  /** RFC 3463: X.4.5, system congestion. */
  public static final Reply PACED =
      Reply.of(451, "4.4.5 The next hop has been sent all that it takes now, try again later");

  public static final Reply NEXT_HOP_BEHIND =
      Reply.of(452, "4.3.1 Too much waits for the next hop to take it, try again later");
  public static final Reply NO_UTF8_NOW =
      Reply.of(
          451,
          "4.6.7 Not every server of the next hop takes addresses that aren't ASCII, try again");

  public static final Reply UNSAFE = syntax("This can't be passed on to the next hop");

  public static final Reply SES_BAD_RECIPIENT =
      badRecipient("Amazon SES takes no such address, only local@domain.example in ASCII");
  public static final Reply SES_BAD_SENDER =
      badSender("Amazon SES takes no such sender, only local@domain.example in ASCII");

  private static final Set<Reply> WHERE_THE_NEXT_HOP_IS_NOT_ASKED =
      Set.of(
          NEXT_HOP_FAILED,
          MISCONFIGURED,
          THROTTLED,
          PACED,
          NEXT_HOP_BEHIND,
          NO_UTF8_NOW,
          NO_UTF8_BEHIND,
          UNSAFE,
          SES_BAD_RECIPIENT,
          SES_BAD_SENDER);

  // Keeping what can't be handed on.
  public static final Reply QUEUE_FULL =
      Reply.of(452, "4.3.1 The relay has no room to keep this message now, try again later");

  // The connection.
  private static final Reply IDLE = Reply.of(421, "4.4.2 Idle for too long, closing");
  private static final Reply AUTH_TOO_LONG = Reply.of(421, "4.4.2 AUTH took too long, closing");
  private static final Reply SESSION_TOO_LONG =
      Reply.of(421, "4.4.2 This connection has lasted too long, closing");

  private static final Reply NO_MAIL = Reply.of(421, "4.4.2 No mail was begun in time, closing");

  private static final Reply GIVES_WAY =
      Reply.of(421, "4.7.0 Too many connections of your account at once, try again later");

  /** What all devices together have waiting fills the room there is for it. */
  public static final Reply INPUT_FULL =
      Reply.of(421, "4.3.1 The relay is short of memory, try again later");

  /** For the log: there is nobody left to hear it. */
  public static final Reply CONNECTION_LOST =
      Reply.of(421, "4.4.2 The connection ended in the middle of the message");

  public static final Reply SHUTTING_DOWN = Reply.of(421, "4.3.2 Shutting down, try again later");

  private Replies() {}

  /** Whether an answer to what should go on is the relay's own, and not the next hop's. */
  static boolean isOfTheRelay(Reply reply) {
    return WHERE_THE_NEXT_HOP_IS_NOT_ASKED.contains(reply);
  }

  private static Reply of(Verdict.Why why) {
    return Reply.of(why.code(), why.text());
  }

  /** RFC 5321 section 4.3.1. */
  public static Reply greeting(String hostname) {
    return Reply.of(220, hostname + " ESMTP");
  }

  /** What a device hears that took too long, in the way that the reason says. */
  static Reply tookTooLong(Reason reason) {
    return switch (reason) {
      case AUTH_TOO_LONG -> AUTH_TOO_LONG;
      case SESSION_TOO_LONG -> SESSION_TOO_LONG;
      case NO_MAIL -> NO_MAIL;
      case INPUT_FULL -> INPUT_FULL;
      case RATE -> GIVES_WAY;
      default -> IDLE;
    };
  }

  /** Names the address, so that whoever reads the device's log knows what to nominate. */
  public static Reply nobody(IpAddress from) {
    Verdict.Why why = Verdict.Why.NOT_NOMINATED;
    return Reply.of(why.code(), why.text(from));
  }

  /** The message is kept, and delivered later. */
  public static Reply queued(String id) {
    return Reply.of(250, "2.0.0 Queued as " + id);
  }

  /** RFC 3030 section 2. */
  public static Reply chunkTaken(long octets) {
    return Reply.of(250, "2.0.0 " + octets + " octets received");
  }

  /** Says what this is to whoever took it for something else. */
  public static Reply notThisProtocol(String protocol) {
    return Reply.of(554, "5.5.1 This is SMTP, not " + protocol);
  }

  /** RFC 5321 section 4.2.4: arguments that can't be read. */
  public static Reply syntax(String what) {
    return Reply.of(501, "5.5.4 " + what);
  }

  /** RFC 3463 section 3.2: a recipient that is no address, or more than one. */
  static Reply badRecipient(String why) {
    return Reply.of(501, "5.1.3 " + why);
  }

  /** RFC 3463 section 3.2: a sender that is no address. */
  static Reply badSender(String why) {
    return Reply.of(501, "5.1.7 " + why);
  }

  /** RFC 5321 section 4.1.1.11: a parameter of MAIL or RCPT that isn't known. */
  public static Reply unknownParameter() {
    return Reply.of(555, "5.5.4 A parameter is not known here");
  }
}
