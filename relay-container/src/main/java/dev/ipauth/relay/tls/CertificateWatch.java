package dev.ipauth.relay.tls;

import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;

/** Hears whether a certificate could be read and used when it was looked at. */
public interface CertificateWatch {
  void worked();

  /**
   * It couldn't.
   *
   * @param cause a sentence
   */
  void failed(String cause);

  /** Why a file of a certificate can't be used. */
  static String sentence(Exception failure) {
    return switch (failure) {
      case NoSuchFileException missing -> missing.getFile() + " isn't there";
      case AccessDeniedException denied -> denied.getFile() + " may not be read by this process";
      default -> String.valueOf(failure.getMessage());
    };
  }
}
