package dev.ipauth.relay.transport;

import com.sun.management.OperatingSystemMXBean;
import io.netty.util.internal.PlatformDependent;
import java.lang.management.ManagementFactory;

/** How many connections there is memory for, beside what is counted elsewhere. */
public final class Memory {
  /**
   * Measured: BoringSSL takes 13 KiB of a connection, which neither the JVM nor Netty counts. Each
   * device may have another one to the next hop.
   */
  static final long OF_A_DEVICE = 2 * (13 << 10);

  /** Classes, compiled code, threads' stacks, the JVM's own. */
  static final long OF_THE_PROCESS = 100L << 20;

  /** Where the heap may take all, it won't; and a relay without connections is none. */
  static final int LEAST = 1000;

  private Memory() {}

  /** How many devices can be connected, each in TLS, each with a connection to the next hop. */
  public static int connections() {
    return ManagementFactory.getOperatingSystemMXBean() instanceof OperatingSystemMXBean system
        ? connections(
            system.getTotalMemorySize(),
            Runtime.getRuntime().maxMemory(),
            PlatformDependent.maxDirectMemory())
        : Integer.MAX_VALUE;
  }

  /**
   * In octets.
   *
   * @param all of the machine, or of the container
   * @param heap at most
   * @param direct outside of the heap, at most
   */
  static int connections(long all, long heap, long direct) {
    long left = all - heap - direct - OF_THE_PROCESS;
    return Math.clamp(left / OF_A_DEVICE, LEAST, Integer.MAX_VALUE);
  }
}
