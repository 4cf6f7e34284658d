package dev.ipauth.functions.proof;

import dev.ipauth.tables.IpAddress;
import dev.ipauth.tables.SmtpUser;

/** What somebody reads who has agreed. */
final class DonePage {
  private DonePage() {}

  static String html(SmtpUser user, IpAddress ip) {
    String username = Html.escaped(user.username().text());
    return Html.page(
        "Done",
        """
              <h1>Done</h1>
              <div class="box good">
                <p>Devices here can send now: mail that comes from <code>%s</code> without a password goes
                out as <code>%s</code> of the account %s.</p>
              </div>
              <div class="card">
                <p>If a device still can't send, wait a few seconds and try it again. To take this back, ask
                whoever sent you the link, or whoever runs this service.</p>
                <p>You can close this page.</p>
              </div>
        """
            .formatted(ip, username, Html.name(user.accountId())));
  }
}
