package dev.ipauth.relay.tls;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.netty.handler.ssl.NotSslRecordException;
import io.netty.handler.ssl.SslHandshakeTimeoutException;
import java.nio.channels.ClosedChannelException;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Why a device's TLS handshake failed. */
public sealed interface HandshakeFault {

  /**
   * It knows no version that is spoken here.
   *
   * @param newest of its versions
   */
  record OldVersion(String newest) implements HandshakeFault {}

  /** It knows no cipher that is used here. */
  record NoCipherInCommon() implements HandshakeFault {}

  /**
   * It doesn't take the relay's certificate.
   *
   * @param alert its own word for why, such as {@code unknown ca}
   */
  record CertificateRefused(String alert) implements HandshakeFault {}

  /**
   * It doesn't speak TLS.
   *
   * @param said its first line, as it came: a password may be in it
   */
  record NotTls(String said) implements HandshakeFault {}

  /** The device said nothing. */
  record Silent() implements HandshakeFault {}

  /**
   * It left in the middle.
   *
   * @param newest of its versions, where that is known
   */
  record HungUp(@Nullable String newest) implements HandshakeFault {}

  /** Something else. */
  record Other(String why) implements HandshakeFault {}

  Pattern CERTIFICATE_ALERT =
      Pattern.compile(
          "(bad_certificate(?:_\\w+)?|unsupported_certificate|certificate_\\w+|unknown_ca)");
  Pattern ALERT = Pattern.compile("alert[_: ]+(\\w+)");

  /** Before the version's own words, which all of these contain. */
  Pattern VERSION = Pattern.compile("unsupported_protocol|protocol_version|protocol versions?");

  Pattern CIPHER = Pattern.compile("no_shared_cipher|cipher suites in common");
  int REMEMBERED = 40;

  /**
   * Finds the cause.
   *
   * @param first the octets that the device began with
   */
  static HandshakeFault of(Throwable failure, byte[] first) {
    return switch (failure) {
      case NotSslRecordException _ -> new NotTls(firstLine(first));
      case SslHandshakeTimeoutException _ when first.length == 0 -> new Silent();
      case SslHandshakeTimeoutException _ -> new Other("it took too long");
      case ClosedChannelException _ -> left(first);
      default -> byWords(String.valueOf(failure.getMessage()), first);
    };
  }

  private static HandshakeFault left(byte[] first) {
    return first.length == 0 ? new Silent() : new HungUp(ClientHello.newestVersion(first));
  }

  /** BoringSSL and the JDK say it each in their way, and only in words. */
  private static HandshakeFault byWords(String message, byte[] first) {
    String words = message.toLowerCase(Locale.ROOT);
    Matcher certificate = CERTIFICATE_ALERT.matcher(words);
    if (words.contains("alert") && certificate.find()) {
      return new CertificateRefused(certificate.group().replace('_', ' '));
    }
    String newest = ClientHello.newestVersion(first);
    if (VERSION.matcher(words).find() && newest != null) {
      return new OldVersion(newest);
    }
    if (CIPHER.matcher(words).find()) {
      return new NoCipherInCommon();
    }
    if (words.contains("closed while")) {
      return left(first);
    }
    Matcher alert = ALERT.matcher(words);
    return new Other(alert.find() ? "alert " + alert.group(1).replace('_', ' ') : message);
  }

  private static String firstLine(byte[] first) {
    String text = new String(first, 0, Math.min(first.length, REMEMBERED), US_ASCII);
    return text.lines().findFirst().orElse("");
  }
}
