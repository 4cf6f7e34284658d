package dev.ipauth.functions.proof;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.ipauth.tables.IpAddress;
import dev.ipauth.tables.Peppers;
import jakarta.inject.Singleton;
import java.security.MessageDigest;
import java.util.Base64;

/**
 * What a page's form says so that whoever sends it has seen that page: made of the code and of the
 * address that the page was shown to, and kept nowhere. A page of another site can send the form,
 * but it can't read this.
 */
@Singleton
final class Nonces {
  private final Peppers peppers;

  Nonces(Peppers peppers) {
    this.peppers = peppers;
  }

  String of(String code, IpAddress shownTo) {
    byte[] nonce = peppers.derive("proof of control: %s at %s".formatted(code, shownTo));
    return Base64.getUrlEncoder().withoutPadding().encodeToString(nonce);
  }

  boolean matches(String nonce, String code, IpAddress sentFrom) {
    return MessageDigest.isEqual(of(code, sentFrom).getBytes(US_ASCII), nonce.getBytes(US_ASCII));
  }
}
