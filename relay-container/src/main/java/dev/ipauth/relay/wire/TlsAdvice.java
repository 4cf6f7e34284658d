package dev.ipauth.relay.wire;

import dev.ipauth.relay.smtp.Reply;
import dev.ipauth.relay.tls.HandshakeFault;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What to do about a device whose TLS handshake failed, in words for whoever looks after it: the
 * commonest of all questions, and most often the answer is another port of this relay.
 *
 * @param ports all that the relay listens on
 */
record TlsAdvice(List<Port> ports) {

  /** No more than a verb of SMTP or HTTP is shown: anything else may be a password. */
  private static final Pattern VERB =
      Pattern.compile(
          "(EHLO|HELO|AUTH|MAIL|RCPT|DATA|BDAT|RSET|NOOP|QUIT|VRFY|HELP|STARTTLS"
              + "|GET|HEAD|POST|PUT|OPTIONS|CONNECT)(?![A-Z0-9+/=])",
          Pattern.CASE_INSENSITIVE);

  /** For the log: nobody could be told. */
  Reply about(HandshakeFault fault, Port port) {
    return Reply.of(421, "4.7.0 TLS failed: " + sentence(fault, port));
  }

  private String sentence(HandshakeFault fault, Port port) {
    return switch (fault) {
      case HandshakeFault.OldVersion(String newest) ->
          "the device speaks %s at most, and port %s asks for %s; update the device, or %s"
              .formatted(newest, number(port), oldest(port), forOldDevices(port));
      case HandshakeFault.NoCipherInCommon() ->
          "the device offers no cipher that port %s takes; update the device, or %s"
              .formatted(number(port), forOldDevices(port));
      case HandshakeFault.CertificateRefused(String alert) ->
          ("the device refused the relay's certificate (%s); use one from an authority that the"
                  + " device knows, for the name that it connects to, or switch off the check of"
                  + " certificates at the device")
              .formatted(alert);
      case HandshakeFault.NotTls(String said) ->
          "the device spoke in the clear%s; %s".formatted(verbOf(said), inTheClear(port));
      case HandshakeFault.Silent() ->
          "the device said nothing, and may be waiting for a greeting in the clear; "
              + inTheClear(port);
      case HandshakeFault.HungUp(String newest) ->
          "the device%s hung up in the middle of the handshake; it may not trust the relay's certificate"
              .formatted(newest == null ? "" : ", which speaks " + newest + ",");
      case HandshakeFault.Other(String why) -> why;
    };
  }

  private static String verbOf(String said) {
    Matcher verb = VERB.matcher(said);
    return verb.lookingAt() ? " (" + verb.group(1).toUpperCase(Locale.ROOT) + ")" : "";
  }

  private static String number(Port port) {
    return Integer.toString(port.number());
  }

  private static String oldest(Port port) {
    return switch (port.kind().versions()) {
      case MODERN -> "TLS 1.2";
      case LEGACY -> "TLS 1.0";
    };
  }

  private String forOldDevices(Port port) {
    if (port.kind() != Port.Kind.LEGACY_STARTTLS && has(Port.Kind.LEGACY_STARTTLS)) {
      return "set it to port %s (TLS 1.0 and up, with STARTTLS)"
          .formatted(numbers(Port.Kind.LEGACY_STARTTLS));
    }
    if (has(Port.Kind.PLAIN)) {
      return "set it to port %s without TLS".formatted(numbers(Port.Kind.PLAIN));
    }
    return port.kind() == Port.Kind.LEGACY_STARTTLS
        ? "open a port without TLS for it (PLAIN_PORTS)"
        : "open a port for old devices (LEGACY_TLS_PORTS)";
  }

  private String inTheClear(Port port) {
    if (port.kind() != Port.Kind.TLS) {
      return "after STARTTLS it must begin TLS";
    }
    String here = "set it to SSL/TLS from the start";
    return has(Port.Kind.STARTTLS)
        ? here + ", or to port %s with STARTTLS".formatted(numbers(Port.Kind.STARTTLS))
        : here;
  }

  private boolean has(Port.Kind kind) {
    return ports.stream().anyMatch(port -> port.kind() == kind);
  }

  private String numbers(Port.Kind kind) {
    return ports.stream()
        .filter(port -> port.kind() == kind)
        .map(port -> Integer.toString(port.number()))
        .collect(Collectors.joining(" or "));
  }
}
