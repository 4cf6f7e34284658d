package dev.ipauth.relay.onward;

import dev.ipauth.relay.onward.Failure.Kind;
import dev.ipauth.relay.onward.Failure.Stage;
import dev.ipauth.relay.tls.UntrustedCertificate;
import io.netty.handler.ssl.NotSslRecordException;
import io.netty.handler.ssl.SslHandshakeTimeoutException;
import java.nio.channels.ClosedChannelException;
import java.util.Locale;
import javax.net.ssl.SSLException;

/** Why TLS with the next hop failed, in a sentence that says what to look at. */
final class TlsFault {
  private TlsFault() {}

  static NextHopLost of(Throwable cause) {
    for (Throwable each = cause; each != null; each = each.getCause()) {
      if (each instanceof UntrustedCertificate untrusted) {
        return lost(Kind.OPERATOR, untrusted.sentence());
      }
    }
    return switch (cause) {
      case NotSslRecordException _ ->
          lost(
              Kind.NONSENSE,
              "what the next hop says isn't TLS; smtps:// is for ports with TLS from the first"
                  + " octet (465), smtp+starttls:// for the others");
      case SslHandshakeTimeoutException _ ->
          lost(Kind.TIMED_OUT, "the next hop doesn't finish the TLS handshake");
      case ClosedChannelException _ -> closed();
      case SSLException ssl -> of(ssl);
      default -> closed();
    };
  }

  private static NextHopLost of(SSLException ssl) {
    String words = String.valueOf(ssl.getMessage()).toUpperCase(Locale.ROOT);
    if (words.contains("PROTOCOL")) {
      return lost(
          Kind.NONSENSE, "the next hop speaks no version of TLS that the relay does (1.2 or 1.3)");
    }
    if (words.contains("HANDSHAKE_FAILURE") || words.contains("HANDSHAKE FAILURE")) {
      return lost(Kind.NONSENSE, "the next hop and the relay have no cipher of TLS in common");
    }
    return words.contains("CLOSED")
        ? closed()
        : lost(Kind.NONSENSE, "TLS with the next hop failed: " + ssl.getMessage());
  }

  private static NextHopLost closed() {
    return lost(Kind.CLOSED, "the next hop closed the connection during the TLS handshake");
  }

  private static NextHopLost lost(Kind kind, String why) {
    return new NextHopLost(Stage.TLS, kind, why);
  }
}
