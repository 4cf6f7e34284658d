package dev.ipauth.relay.tls;

import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;

/** What a connection's other end has shown of itself, in words. */
public final class PeerCertificate {
  private PeerCertificate() {}

  /** The protocol, the names that the certificate is for, and how long it holds. */
  public static String describe(SSLSession session, Instant now) {
    try {
      Certificate[] chain = session.getPeerCertificates();
      return chain[0] instanceof X509Certificate own
          ? session.getProtocol()
              + ", certificate for "
              + ExplainedTrust.names(own)
              + ", "
              + Duration.between(now, own.getNotAfter().toInstant()).toDays()
              + " days left"
          : session.getProtocol();
    } catch (SSLPeerUnverifiedException _) {
      return session.getProtocol() + ", without a certificate";
    }
  }
}
