package dev.ipauth.relay.onward;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.DictionaryEntries;
import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.ipauth.relay.smtp.Command;
import dev.ipauth.relay.smtp.Event;
import dev.ipauth.relay.smtp.MailFrom;
import dev.ipauth.relay.smtp.RcptTo;
import dev.ipauth.relay.smtp.Reply;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * A device's line, from its octets to the next hop's: whatever it holds, one command becomes at
 * most one command, and the next hop reads in it what the relay read.
 */
class CommandFuzzTest {
  private static final Set<String> EVERYTHING = Set.of("SIZE", "8BITMIME", "SMTPUTF8", "DSN");

  /** RFC 5321's path as a strict reader has it: nothing behind a bracket that isn't quoted. */
  private static final Pattern PATH =
      Pattern.compile(
          "(?:MAIL FROM|RCPT TO):<(?<address>(?:[^\\p{Cntrl} \"<>]|\"(?:[^\\p{Cntrl}\"\\\\]|\\\\[^\\p{Cntrl}])*\")*)>"
              + "(?<parameters>(?: [A-Z0-9]+(?:=[!-<>-~]+)?)*)");

  @FuzzTest
  @DictionaryEntries({
    "MAIL FROM:<",
    "RCPT TO:<",
    "BDAT ",
    " LAST",
    "AUTH PLAIN ",
    " SIZE=",
    " BODY=8BITMIME",
    " SMTPUTF8",
    " RET=",
    " ENVID=",
    " NOTIFY=",
    " ORCPT=",
    "\\\"",
    ">",
    "\\x00",
    "\\x0d\\x0a"
  })
  void oneLineIsOneCommand(byte[] line) {
    Command command = Command.parse(line);
    assertEquals(command, Command.parse(line));
    switch (command) {
      case Command.Mail(MailFrom from) -> goesOverAsItWasRead(from);
      case Command.Rcpt(RcptTo to) -> goesOverAsItWasRead(to);
      case Command.Bdat(long size, _) ->
          assertTrue(size >= 0 && size <= 1_000_000_000_000_000_000L, command::toString);
      case Command.Auth(String mechanism, String initial) -> {
        assertTrue(mechanism.matches("[A-Z0-9_-]{1,20}"), mechanism);
        assertFalse(initial != null && initial.matches("(?s).*\\s.*"), initial);
      }
      case Command.Malformed(Event.What _, Reply reply) -> repeatsNothing(reply);
      case Command.Unreadable(Reply reply) -> repeatsNothing(reply);
      default -> {}
    }
    if (!(command instanceof Command.Malformed)) {
      verbsHaveNoCaseAndNoSpaceBehindThem(line, command);
    }
  }

  private static void goesOverAsItWasRead(MailFrom from) {
    assertFalse(from.address().chars().anyMatch(Character::isISOControl), from::toString);
    if (EnvelopeCommand.isSafe(from)) {
      String said = EnvelopeCommand.mail(from, EVERYTHING);
      assertEquals(new Command.Mail(from), Command.parse(said.getBytes(UTF_8)), said);
      isReadStrictly(said, from.address());
    }
  }

  private static void goesOverAsItWasRead(RcptTo to) {
    assertFalse(to.address().isEmpty());
    assertFalse(to.address().chars().anyMatch(Character::isISOControl), to::toString);
    if (EnvelopeCommand.isSafe(to)) {
      String said = EnvelopeCommand.rcpt(to, EVERYTHING);
      assertEquals(new Command.Rcpt(to), Command.parse(said.getBytes(UTF_8)), said);
      isReadStrictly(said, to.address());
    }
  }

  private static void isReadStrictly(String said, String address) {
    var path = PATH.matcher(said);
    assertTrue(path.matches(), said);
    assertEquals(address, path.group("address"));
  }

  /** What can't be read isn't said back: a reply is the relay's own words. */
  private static void repeatsNothing(Reply reply) {
    assertTrue(
        new String(reply.bytes(), ISO_8859_1).matches("5\\d\\d 5\\.\\d\\.\\d [ -~]+\r\n"),
        reply::toString);
  }

  private static void verbsHaveNoCaseAndNoSpaceBehindThem(byte[] line, Command command) {
    if (command instanceof Command.Foreign) {
      return;
    }
    // Blanks behind a CR would make it one within the line.
    String withoutCrs = new String(line, ISO_8859_1).replaceFirst("\\r+\\z", "");
    byte[] other = (withoutCrs + " \t").getBytes(ISO_8859_1);
    int at = 0;
    while (other[at] <= ' ') {
      at++;
    }
    for (int end = Math.min(at + 4, withoutCrs.length()); at < end; at++) {
      other[at] ^= other[at] >= 'A' ? (byte) 0x20 : 0;
    }
    assertEquals(command, Command.parse(other));
  }
}
