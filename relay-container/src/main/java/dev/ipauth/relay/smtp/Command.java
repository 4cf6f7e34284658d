package dev.ipauth.relay.smtp;

import org.jspecify.annotations.Nullable;

/** What a device said in one line. */
public sealed interface Command {

  /**
   * Reads a line. Never fails: what can't be read is a command too.
   *
   * @param line without its line end
   */
  static Command parse(byte[] line) {
    return CommandParser.parse(line);
  }

  /**
   * Reads a line that is too long to be one.
   *
   * @param beginning as much of it as may be a line
   */
  static Command overlong(byte[] beginning) {
    return CommandParser.overlong(beginning);
  }

  /**
   * Greets, by the old verb or the new.
   *
   * @param name what it calls itself, as sent: may be empty or no host name at all
   */
  record Hello(boolean extended, String name) implements Command {}

  /** RFC 5321 section 4.1.1.2. */
  record Mail(MailFrom from) implements Command {}

  /** RFC 5321 section 4.1.1.3. */
  record Rcpt(RcptTo to) implements Command {}

  /** RFC 5321 section 4.1.1.4. */
  record Data() implements Command {}

  /**
   * RFC 3030.
   *
   * @param size octets that follow this line, 0 to 10^18
   */
  record Bdat(long size, boolean last) implements Command {}

  /** RFC 3207. */
  record StartTls() implements Command {}

  /**
   * RFC 4954.
   *
   * @param mechanism upper case
   * @param initialResponse base64 as sent; null when there was none
   */
  record Auth(String mechanism, @Nullable String initialResponse) implements Command {}

  record Rset() implements Command {}

  record Noop() implements Command {}

  record Vrfy() implements Command {}

  record Expn() implements Command {}

  record Help() implements Command {}

  record Quit() implements Command {}

  /**
   * A line that is no command, with the reply that says why.
   *
   * @param what it was to be
   */
  record Malformed(Event.What what, Reply reply) implements Command {}

  /** A line of more than 4,096 octets. */
  record Overlong() implements Command {}

  /** A line after which nobody knows what is command and what is text. */
  record Unreadable(Reply reply) implements Command {}

  /**
   * Another protocol's beginning.
   *
   * @param protocol for the log: {@code http} or {@code tls}
   */
  record Foreign(String protocol) implements Command {}
}
