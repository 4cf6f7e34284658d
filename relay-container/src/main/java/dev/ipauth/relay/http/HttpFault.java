package dev.ipauth.relay.http;

import dev.ipauth.relay.tls.UntrustedCertificate;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.net.http.HttpConnectTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

/** No answer came. The message says why, in words that begin with the host's name. */
public final class HttpFault extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final Kind kind;

  /** How far it came. */
  public enum Kind {
    /** Nothing of the request went over. */
    NOT_SENT,
    /** It may have been heard, and acted on. */
    NOT_ANSWERED,
    /** Whoever is there doesn't prove its name. */
    UNTRUSTED
  }

  private HttpFault(Kind kind, String why) {
    // Told, not debugged: a stack trace would cost and say nothing.
    super(why, null, false, false);
    this.kind = kind;
  }

  public Kind kind() {
    return kind;
  }

  static HttpFault of(String host, Throwable failure) {
    Throwable wrapped = failure instanceof CompletionException ? failure.getCause() : null;
    Throwable cause = wrapped == null ? failure : wrapped;
    if (cause instanceof HttpFault told) {
      return told;
    }
    for (Throwable each : causes(cause).toList()) {
      if (each instanceof UntrustedCertificate untrusted) {
        return new HttpFault(Kind.UNTRUSTED, untrusted.sentence());
      }
    }
    return switch (cause) {
      case HttpConnectTimeoutException _ ->
          new HttpFault(Kind.NOT_SENT, host + " doesn't answer to a connection");
      case ConnectException _ -> new HttpFault(Kind.NOT_SENT, host + notConnected(cause));
      case TimeoutException _ -> new HttpFault(Kind.NOT_ANSWERED, host + " doesn't answer in time");
      default -> new HttpFault(Kind.NOT_ANSWERED, host + " broke off: " + words(cause));
    };
  }

  private static String words(Throwable cause) {
    String message = cause.getMessage();
    return message == null ? "no details are known" : message;
  }

  private static String notConnected(Throwable cause) {
    boolean unknown =
        causes(cause)
            .anyMatch(
                each ->
                    each instanceof UnresolvedAddressException
                        || each instanceof UnknownHostException);
    return unknown ? " has no address" : " can't be connected to";
  }

  private static Stream<Throwable> causes(Throwable failure) {
    return Stream.iterate(failure, each -> each != null, Throwable::getCause).limit(20);
  }
}
