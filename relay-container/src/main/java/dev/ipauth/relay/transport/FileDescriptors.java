package dev.ipauth.relay.transport;

import com.sun.management.UnixOperatingSystemMXBean;
import java.lang.management.ManagementFactory;

/** How many files and sockets this process may have open. */
public final class FileDescriptors {
  /** Libraries, listeners, event loops, the tables' connections. */
  private static final long OTHERS = 200;

  private FileDescriptors() {}

  /** How many devices can be connected, each with a connection to the next hop. */
  public static int connections() {
    return ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean unix
        ? connections(unix.getMaxFileDescriptorCount())
        : Integer.MAX_VALUE;
  }

  static int connections(long descriptors) {
    long most = Math.max(1, (descriptors - OTHERS) / 2);
    return descriptors < 0 ? Integer.MAX_VALUE : (int) Math.min(most, Integer.MAX_VALUE);
  }
}
