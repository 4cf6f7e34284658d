package dev.ipauth.relay.onward;

import dev.ipauth.relay.smtp.MailFrom;
import dev.ipauth.relay.smtp.RcptTo;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Writes {@code MAIL} and {@code RCPT}, with those of their parameters that the next hop knows.
 *
 * <p>The command parser lets nothing through that could end an address or a line early. It is
 * looked at here once more, because what slipped through would be a command of a stranger's, said
 * by a server that the next hop trusts.
 */
final class EnvelopeCommand {
  private static final Pattern ADDRESS =
      Pattern.compile(
          "(?:[^\\p{Cc}\\p{Z}<>\"]++|\"(?:[^\\p{Cc}\\p{Zl}\\p{Zp}\"\\\\]++|\\\\[^\\p{Cc}])*+\")*+");
  private static final Pattern PARAMETER = Pattern.compile("[!-~]+");
  private static final Pattern ORCPT = Pattern.compile("[^\\p{Cc}\\p{Z}]+");

  private EnvelopeCommand() {}

  static boolean isSafe(MailFrom from) {
    return isSafeAddress(from.address())
        && isSafeParameter(from.ret())
        && isSafeParameter(from.envid());
  }

  static boolean isSafe(RcptTo to) {
    return isSafeAddress(to.address())
        && isSafeParameter(to.notifyOn())
        && (to.orcpt() == null || ORCPT.matcher(to.orcpt()).matches());
  }

  private static boolean isSafeAddress(String address) {
    return isPlain(address) || ADDRESS.matcher(address).matches();
  }

  /** Whether it is visible ASCII without what could end an address, as the pattern takes it too. */
  private static boolean isPlain(String address) {
    int at = 0;
    while (at < address.length() && isPlain(address.charAt(at))) {
      at++;
    }
    return at == address.length();
  }

  private static boolean isPlain(char c) {
    return c > ' ' && c <= '~' && c != '<' && c != '>' && c != '"';
  }

  private static boolean isSafeParameter(@Nullable String value) {
    return value == null || PARAMETER.matcher(value).matches();
  }

  /**
   * The line for a sender, without its line end.
   *
   * @param keywords of the next hop's EHLO
   */
  static String mail(MailFrom from, Set<String> keywords) {
    var line = new StringBuilder("MAIL FROM:<").append(from.address()).append('>');
    if (from.size() >= 0 && keywords.contains("SIZE")) {
      line.append(" SIZE=").append(from.size());
    }
    if (from.eightBit() && keywords.contains("8BITMIME")) {
      line.append(" BODY=8BITMIME");
    }
    if (from.utf8() && keywords.contains("SMTPUTF8")) {
      line.append(" SMTPUTF8");
    }
    if (from.ret() != null && keywords.contains("DSN")) {
      line.append(" RET=").append(from.ret());
    }
    if (from.envid() != null && keywords.contains("DSN")) {
      line.append(" ENVID=").append(from.envid());
    }
    return line.toString();
  }

  /** The line for a recipient, likewise. */
  static String rcpt(RcptTo to, Set<String> keywords) {
    var line = new StringBuilder("RCPT TO:<").append(to.address()).append('>');
    if (to.notifyOn() != null && keywords.contains("DSN")) {
      line.append(" NOTIFY=").append(to.notifyOn());
    }
    if (to.orcpt() != null && keywords.contains("DSN")) {
      line.append(" ORCPT=").append(to.orcpt());
    }
    return line.toString();
  }
}
