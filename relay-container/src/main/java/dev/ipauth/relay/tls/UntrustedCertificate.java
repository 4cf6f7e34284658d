package dev.ipauth.relay.tls;

import java.security.cert.CertificateException;

/** A server's certificate that can't be trusted, with the reason in words. */
public final class UntrustedCertificate extends CertificateException {
  private static final long serialVersionUID = 1;

  UntrustedCertificate(String sentence, CertificateException cause) {
    super(sentence, cause);
  }

  /** What is wrong with it, for the operator. */
  public String sentence() {
    return String.valueOf(getMessage());
  }
}
