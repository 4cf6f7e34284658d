package dev.ipauth.relay.wire;

import dev.ipauth.tables.IpAddress;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Why a port can't be listened on, in a sentence for the operator. */
final class NotBound {
  /** What Netty puts before the system's own words. */
  private static final Pattern CALL = Pattern.compile("^bind\\(\\.\\.\\) failed[^:]*: ");

  private NotBound() {}

  /**
   * @param address null for all of this machine's
   */
  static UncheckedIOException because(@Nullable IpAddress address, Port port, Throwable cause) {
    return new UncheckedIOException(
        sentence(address, port.number(), String.valueOf(cause.getMessage())),
        cause instanceof IOException failure ? failure : new IOException(cause));
  }

  private static String sentence(@Nullable IpAddress address, int port, String why) {
    if (address != null && !isOfThisMachine(address.toInetAddress())) {
      return "LISTEN_ADDRESS=" + address + " can't be used. It is no address of this machine.";
    }
    String words = CALL.matcher(why).replaceFirst("");
    String cure =
        words.contains("ermission denied")
            ? " Ports below 1024 need CAP_NET_BIND_SERVICE, or a higher one that is mapped to."
            : "";
    return "Port " + port + " can't be opened: " + words + "." + cure;
  }

  private static boolean isOfThisMachine(InetAddress address) {
    try {
      return address.isAnyLocalAddress() || NetworkInterface.getByInetAddress(address) != null;
    } catch (IOException _) {
      return true;
    }
  }
}
