package dev.ipauth.functions;

import dev.ipauth.functions.Settings.Nominable;
import dev.ipauth.functions.dashboard.DashboardSettings;
import dev.ipauth.functions.dashboard.DashboardSettings.RelayDoor;
import dev.ipauth.functions.dashboard.DashboardSettings.SignIn;
import dev.ipauth.functions.dashboard.DashboardSettings.Token;

/** The dashboard's variables, and those of the relay's that it tells people of. */
final class DashboardReader {
  private DashboardReader() {}

  static DashboardSettings read(SettingsReader read) {
    return new DashboardSettings(
        read.choice("DASHBOARD_SIGN_IN", SignIn.class, SignIn.OPENID),
        read.optional("DASHBOARD_CLIENT_ID"),
        read.text("DASHBOARD_SCOPE", "openid"),
        read.choice("DASHBOARD_TOKEN", Token.class, Token.ACCESS_TOKEN),
        read.origins("DASHBOARD_ORIGINS"),
        read.numberOrNone("HSTS_SECONDS", "31536000"),
        new RelayDoor(
            read.text("RELAY_HOSTNAME", "localhost"),
            read.ports("DEVICE_STARTTLS_PORTS", "587,25,2525"),
            read.ports("DEVICE_TLS_PORTS", "465"),
            read.number("MAX_MESSAGE_BYTES", "36700160"),
            read.duration("CACHE_TTL", "PT5S"),
            read.choice("NOMINABLE_IPS", Nominable.class, Nominable.PUBLIC) == Nominable.PUBLIC,
            read.choice("RELAY_IPV6", YesOrNo.class, YesOrNo.FALSE) == YesOrNo.TRUE));
  }

  private enum YesOrNo {
    FALSE,
    TRUE
  }
}
