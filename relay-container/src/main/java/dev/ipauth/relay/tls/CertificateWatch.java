package dev.ipauth.relay.tls;

import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.security.cert.X509Certificate;
import java.time.Instant;

/** Hears whether a certificate could be read and used when it was looked at. */
public interface CertificateWatch {
  void worked();

  /**
   * It couldn't.
   *
   * @param cause a sentence
   */
  void failed(String cause);

  /**
   * It could be used; whoever looks at it may not take it all the same.
   *
   * @param whose in a sentence, such as 'The TLS certificate'
   */
  default void used(X509Certificate certificate, String whose, Instant now) {
    Instant from = certificate.getNotBefore().toInstant();
    Instant until = certificate.getNotAfter().toInstant();
    if (now.isAfter(until)) {
      failed(whose + " expired at " + until + ": whoever checks it refuses it");
    } else if (now.isBefore(from)) {
      failed(whose + " isn't valid before " + from + ": whoever checks it refuses it");
    } else {
      worked();
    }
  }

  /** Why a file of a certificate can't be used. */
  static String sentence(Exception failure) {
    return switch (failure) {
      case NoSuchFileException missing -> missing.getFile() + " isn't there";
      case AccessDeniedException denied -> denied.getFile() + " may not be read by this process";
      default -> String.valueOf(failure.getMessage());
    };
  }
}
