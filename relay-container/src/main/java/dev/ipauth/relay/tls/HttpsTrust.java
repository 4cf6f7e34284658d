package dev.ipauth.relay.tls;

import java.nio.file.Path;
import java.security.GeneralSecurityException;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import org.jspecify.annotations.Nullable;

/** TLS for requests over HTTPS, which says in words why it doesn't trust somebody. */
public final class HttpsTrust {
  private HttpsTrust() {}

  /**
   * For requests to one host.
   *
   * @param authorities PEM file of certificates to trust beside the JDK's, null for the JDK's alone
   * @throws IllegalArgumentException when they can't be used
   */
  public static SSLContext context(String host, @Nullable Path authorities) {
    try {
      var context = SSLContext.getInstance("TLS");
      var trust = new ExplainedTrust(Authorities.trustToo(authorities), host);
      context.init(null, new TrustManager[] {trust}, null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new IllegalArgumentException("TLS to " + host + " can't be set up: " + e, e);
    }
  }
}
