package dev.ipauth.relay.smtp;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.ByteArrayOutputStream;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;

/** Lines as devices send them, and as they had better not. */
class CommandTest {
  @ParameterizedTest(name = "{0}")
  @CsvFileSource(
      resources = "commands.csv",
      delimiter = '|',
      numLinesToSkip = 1,
      quoteCharacter = '`')
  void isReadAsTheTableSays(String line, String command) {
    assertEquals(command, describe(Command.parse(octets(line.equals("(empty)") ? "" : line))));
  }

  /** Whatever comes: no address that is taken holds what could end a line at the next hop. */
  @Test
  void noAddressHoldsAControlCharacter() {
    var random = new Random(20261123);
    for (int i = 0; i < 100_000; i++) {
      var line = new StringBuilder("MAIL FROM:");
      for (int length = random.nextInt(12); length > 0; length--) {
        line.append("<>\"\\@a: \r\n\0\t=".charAt(random.nextInt(13)));
      }
      if (Command.parse(line.toString().getBytes(UTF_8)) instanceof Command.Mail(MailFrom from)) {
        assertFalse(from.address().chars().anyMatch(Character::isISOControl), line::toString);
      }
    }
  }

  private static String describe(Command command) {
    return switch (command) {
      case Command.Mail(MailFrom from) -> describe(from).strip();
      case Command.Rcpt(RcptTo to) ->
          "Rcpt " + to.address() + given(" notify=", to.notifyOn()) + given(" orcpt=", to.orcpt());
      case Command.Malformed(Event.What _, Reply reply) -> reply.code() + " " + enhanced(reply);
      case Command.Unreadable _ -> "Unreadable";
      default -> command.toString();
    };
  }

  private static String describe(MailFrom from) {
    return ("Mail " + from.address())
        + (from.size() < 0 ? "" : " size=" + from.size())
        + (from.eightBit() ? " 8bit" : "")
        + (from.utf8() ? " utf8" : "")
        + given(" ret=", from.ret())
        + given(" envid=", from.envid());
  }

  private static String given(String name, @Nullable String value) {
    return value == null ? "" : name + value;
  }

  private static String enhanced(Reply reply) {
    String text = reply.lines().getFirst();
    return text.substring(0, text.indexOf(' '));
  }

  /** UTF-8, but for {@code \\xHH}, which is that octet, and {@code \\s}, a space. */
  private static byte[] octets(String line) {
    var octets = new ByteArrayOutputStream();
    String text = line.replace("\\s", " ");
    for (int i = 0; i < text.length(); i++) {
      if (text.startsWith("\\x", i)) {
        octets.write(Integer.parseInt(text.substring(i + 2, i + 4), 16));
        i += 3;
      } else {
        octets.writeBytes(text.substring(i, i + 1).getBytes(UTF_8));
      }
    }
    return octets.toByteArray();
  }
}
