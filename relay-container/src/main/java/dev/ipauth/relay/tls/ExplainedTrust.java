package dev.ipauth.relay.tls;

import java.net.Socket;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/**
 * Trusts whom another trusts, and says in words why it doesn't: expired, not valid yet, another's
 * name, or signed by somebody unknown. All of these are one exception's sentence to the JDK.
 */
final class ExplainedTrust extends X509ExtendedTrustManager {
  private final X509ExtendedTrustManager trust;
  private final String host;

  ExplainedTrust(X509ExtendedTrustManager trust, String host) {
    this.trust = trust;
    this.host = host;
  }

  private interface Check {
    void run() throws CertificateException;
  }

  private void explained(X509Certificate[] chain, Check check) throws CertificateException {
    try {
      check.run();
    } catch (CertificateException e) {
      throw new UntrustedCertificate(why(chain, e), e);
    }
  }

  private String why(X509Certificate[] chain, CertificateException cause) {
    for (X509Certificate certificate : chain) {
      String outOfDate = outOfDate(certificate);
      if (outOfDate != null) {
        return outOfDate;
      }
    }
    X509Certificate server = chain[0];
    for (Throwable each = cause; each != null; each = each.getCause()) {
      if (each instanceof CertPathBuilderException) {
        return unknownAuthority(server);
      }
      if (each instanceof CertPathValidatorException) {
        return "the certificate of " + host + " can't be trusted: " + each.getMessage();
      }
    }
    // The JDK asks for the name last, when everything else is right.
    return "the certificate is for " + names(server) + ", not for " + host;
  }

  private String unknownAuthority(X509Certificate server) {
    return "the certificate of "
        + host
        + " is signed by "
        + server.getIssuerX500Principal()
        + ", whom the relay doesn't trust; NEXT_HOP_CA can name whom to trust";
  }

  private @Nullable String outOfDate(X509Certificate certificate) {
    try {
      certificate.checkValidity();
      return null;
    } catch (CertificateExpiredException _) {
      return "the certificate of " + host + " expired at " + certificate.getNotAfter().toInstant();
    } catch (CertificateNotYetValidException _) {
      return "the certificate of "
          + host
          + " is valid only from "
          + certificate.getNotBefore().toInstant()
          + " on; is the relay's clock right?";
    }
  }

  static String names(X509Certificate certificate) {
    try {
      Collection<List<?>> names = certificate.getSubjectAlternativeNames();
      return names == null
          ? "nobody by name"
          : names.stream()
              .map(name -> String.valueOf(name.get(1)))
              .limit(10)
              .collect(Collectors.joining(", "));
    } catch (CertificateParsingException _) {
      return "names that can't be read";
    }
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
      throws CertificateException {
    explained(chain, () -> trust.checkServerTrusted(chain, authType, engine));
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket)
      throws CertificateException {
    explained(chain, () -> trust.checkServerTrusted(chain, authType, socket));
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType)
      throws CertificateException {
    explained(chain, () -> trust.checkServerTrusted(chain, authType));
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket)
      throws CertificateException {
    trust.checkClientTrusted(chain, authType, socket);
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
      throws CertificateException {
    trust.checkClientTrusted(chain, authType, engine);
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType)
      throws CertificateException {
    trust.checkClientTrusted(chain, authType);
  }

  @Override
  public X509Certificate[] getAcceptedIssuers() {
    return trust.getAcceptedIssuers();
  }
}
