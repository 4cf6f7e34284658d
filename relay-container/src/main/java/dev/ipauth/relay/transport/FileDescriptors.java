package dev.ipauth.relay.transport;

import com.sun.management.UnixOperatingSystemMXBean;
import java.lang.management.ManagementFactory;

/** How many files and sockets this process may have open. */
public final class FileDescriptors {
  /** Libraries, listeners, event loops, the tables' connections. */
  private static final long OTHERS = 200;

  private FileDescriptors() {}

  /**
   * How many devices can be connected, each with a connection to the next hop.
   *
   * @throws IllegalArgumentException when there isn't enough for one
   */
  public static int connections() {
    return ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean unix
        ? connections(unix.getMaxFileDescriptorCount())
        : Integer.MAX_VALUE;
  }

  static int connections(long descriptors) {
    long most = (descriptors - OTHERS) / 2;
    if (descriptors < 0 || most > Integer.MAX_VALUE) {
      return Integer.MAX_VALUE;
    }
    if (most < 1) {
      throw new IllegalArgumentException(
          "This process may have %s files open, and needs %s at least. Raise the limit (ulimit -n, LimitNOFILE, nofile)."
              .formatted(descriptors, OTHERS + 2));
    }
    return (int) most;
  }
}
