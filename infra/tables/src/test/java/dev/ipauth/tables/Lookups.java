package dev.ipauth.tables;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.net.spi.InetAddressResolver;
import java.net.spi.InetAddressResolverProvider;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/**
 * Counts what this JVM asks DNS, or whatever else knows names. The JDK finds it by itself.
 *
 * <p>Nobody is asked for a name that ends in {@code .invalid} (RFC 6761).
 */
public final class Lookups extends InetAddressResolverProvider {
  private static final AtomicInteger COUNT = new AtomicInteger();

  static int count() {
    return COUNT.get();
  }

  @Override
  public InetAddressResolver get(Configuration configuration) {
    InetAddressResolver usual = configuration.builtinResolver();
    return new InetAddressResolver() {
      @Override
      public Stream<InetAddress> lookupByName(String host, LookupPolicy policy)
          throws UnknownHostException {
        COUNT.incrementAndGet();
        if (host.endsWith(".invalid")) {
          throw new UnknownHostException(host);
        }
        return usual.lookupByName(host, policy);
      }

      @Override
      public String lookupByAddress(byte[] address) throws UnknownHostException {
        COUNT.incrementAndGet();
        return usual.lookupByAddress(address);
      }
    };
  }

  @Override
  public String name() {
    return "counted";
  }
}
