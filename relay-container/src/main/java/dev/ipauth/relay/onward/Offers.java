package dev.ipauth.relay.onward;

import static java.util.stream.Collectors.toUnmodifiableSet;

import dev.ipauth.relay.smtp.NextHop.Extension;
import java.net.SocketAddress;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.SequencedMap;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the next hop offers at each of its addresses. Devices are offered what all of them do: which
 * one a message will go to isn't known when a device says EHLO.
 *
 * <p>Thread-safe.
 */
final class Offers {

  /** Of a next hop whose addresses change without end, the ones used last. */
  private static final int MOST_ADDRESSES = 100;

  private final SequencedMap<SocketAddress, Set<Extension>> heard = new LinkedHashMap<>();
  private volatile @Nullable Set<Extension> ofAll;

  /** What every address is known to offer; null until the first was reached. */
  @Nullable Set<Extension> ofAll() {
    return ofAll;
  }

  /** What was known before a restart counts until an address is reached. */
  synchronized void recall(Set<Extension> before) {
    if (heard.isEmpty()) {
      ofAll = Set.copyOf(before);
    }
  }

  synchronized void heard(SocketAddress address, Set<String> keywords) {
    Set<Extension> offered =
        Arrays.stream(Extension.values())
            .filter(extension -> keywords.contains(extension.name()))
            .collect(toUnmodifiableSet());
    if (offered.equals(heard.putLast(address, offered))) {
      return;
    }
    if (heard.size() > MOST_ADDRESSES) {
      heard.pollFirstEntry();
    }
    ofAll =
        Arrays.stream(Extension.values())
            .filter(extension -> heard.values().stream().allMatch(o -> o.contains(extension)))
            .collect(toUnmodifiableSet());
  }
}
