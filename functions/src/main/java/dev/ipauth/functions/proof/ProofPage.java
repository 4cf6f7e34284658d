package dev.ipauth.functions.proof;

import dev.ipauth.functions.register.ProofCodes.Waiting;
import dev.ipauth.functions.register.ProofOfControl;
import dev.ipauth.tables.IpAddress;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What somebody reads who opens a link.
 *
 * @param from where the page is shown
 * @param nonce what the form sends back
 */
record ProofPage(Waiting waiting, IpAddress from, String nonce) {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("d MMMM yyyy, HH:mm 'UTC'", Locale.ENGLISH)
          .withZone(ZoneOffset.UTC);

  /**
   * @param fault what was wrong with the name that was typed; null at first
   */
  String html(@Nullable String fault) {
    String username = Html.escaped(waiting.user().username().text());
    IpAddress ip = waiting.asked().ip();
    String title = "May %s send mail from here?".formatted(username);
    return Html.page(
        title,
        """
              <h1>%7$s</h1>
              <p class="lead">Printers, scanners and programs that reach the internet from <code>%2$s</code>
              could then send mail through this service without a password.</p>
        %3$s
              <dl class="facts">
                <dt>Asked for</dt><dd><code>%2$s</code></dd>
                <dt>You are at</dt><dd><code>%4$s</code>%5$s</dd>
                <dt>SMTP user</dt><dd><code>%1$s</code></dd>
                <dt>Account</dt><dd>%6$s</dd>
              </dl>
              <h2>If you agree</h2>
              <ul>
                <li>Mail from <code>%2$s</code> without a password goes out as <code>%1$s</code>, by rules that
                the account %6$s makes.</li>
                <li>That account sees who wrote to whom and when, but not what.</li>
                <li>Nobody else can use the address here until it is given back.</li>
              </ul>
              <p>Agree only if you know who sent you this link, and may decide for this network.</p>
              <form class="card" method="post">
                <input type="hidden" name="nonce" value="%8$s">
                <div class="field">
                  <label for="username">To agree, type <code>%1$s</code></label>
                  <input id="username" name="username" required autocomplete="off" autocapitalize="none"
                    autocorrect="off" spellcheck="false"%9$s>
        %10$s
                </div>
                <button class="main">Agree</button>
              </form>
              <p class="hint">This link works until %11$s.</p>
        """
            .formatted(
                username,
                ip,
                whereabouts(ip),
                from,
                ProofOfControl.proves(from, ip) ? ", which is that address" : "",
                Html.name(waiting.user().accountId()),
                title,
                nonce,
                fault == null ? "" : " aria-invalid=\"true\" aria-describedby=\"fault\" autofocus",
                fault == null
                    ? ""
                    : "          <p class=\"fault\" id=\"fault\">" + Html.escaped(fault) + "</p>",
                TIME.format(waiting.asked().expiresAt())));
  }

  private String whereabouts(IpAddress ip) {
    return ProofOfControl.proves(from, ip)
        ? ""
        : """
              <div class="box warn">
                <p><strong>%s</strong> %s</p>
                <p><a class="button plain" href="">Look again</a></p>
              </div>
        """
            .formatted(
                from.equals(ip) ? "This can't be told from here." : "You aren't there.",
                whereToGo(ip, from));
  }

  /** For somebody who isn't at the address. */
  static String whereToGo(IpAddress asked, IpAddress from) {
    return asked.equals(from)
        ? "On the machine that runs this service, nobody can be told from anybody else. Open the link on"
            + " another one."
        : "Open the link in the network of the device: for instance in the same Wi-Fi, with mobile data"
            + " and any VPN switched off.";
  }
}
