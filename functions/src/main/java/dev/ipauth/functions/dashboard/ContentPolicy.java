package dev.ipauth.functions.dashboard;

import dev.ipauth.functions.caller.Issuer;
import dev.ipauth.functions.dashboard.DashboardSettings.SignIn;
import jakarta.inject.Singleton;
import java.net.URI;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * What the page may load and whom it may talk to: itself, and the OpenID provider. Nothing inline,
 * nothing of a third party, in nobody's frame.
 */
@Singleton
final class ContentPolicy {
  /** What of the machine the page may use: it writes to the clipboard, and no more. */
  static final String PERMISSIONS =
      "accelerometer=(), camera=(), clipboard-read=(), clipboard-write=(self), display-capture=(),"
          + " geolocation=(), gyroscope=(), hid=(), magnetometer=(), microphone=(), midi=(),"
          + " payment=(), publickey-credentials-get=(), screen-wake-lock=(), serial=(), usb=()";

  private final String text;

  ContentPolicy(DashboardSettings settings, Issuer issuer) {
    Set<String> talksTo = new LinkedHashSet<>();
    talksTo.add("'self'");
    if (settings.signIn() == SignIn.OPENID) {
      talksTo.add(origin(issuer.issuer()));
      talksTo.addAll(settings.origins());
    }
    text =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src "
            + String.join(" ", talksTo)
            + "; base-uri 'none'; form-action 'none'; frame-ancestors 'none';"
            + " require-trusted-types-for 'script'; trusted-types 'none'";
  }

  /** The header's value. */
  String text() {
    return text;
  }

  // An issuer that is no URL can't be talked to; its tokens may be good all the same.
  private static String origin(String issuer) {
    try {
      URI uri = URI.create(issuer);
      return uri.getHost() == null ? "'self'" : uri.getScheme() + "://" + uri.getRawAuthority();
    } catch (IllegalArgumentException _) {
      return "'self'";
    }
  }
}
