package dev.ipauth.relay.smtp;

import dev.ipauth.relay.message.MessageText;
import dev.ipauth.relay.smtp.NextHop.Extension;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * What one port of this relay offers and allows.
 *
 * @param hostname in the greeting and in {@code Received}
 * @param startTls whether STARTTLS is offered while in the clear
 * @param authWithoutTls whether a password may be sent in the clear
 * @param maxMessageBytes octets of one message's text
 * @param maxHeaderBytes of these, how many may be header
 * @param maxRecipients of one message
 * @param maxErrors after that many faults the connection ends
 */
public record PortPolicy(
    String hostname,
    boolean startTls,
    boolean authWithoutTls,
    long maxMessageBytes,
    int maxHeaderBytes,
    int maxRecipients,
    int maxErrors) {

  boolean allowAuth(Peer peer) {
    return peer.tls() != null || authWithoutTls;
  }

  MessageText.Limits textLimits() {
    return new MessageText.Limits(maxMessageBytes, maxHeaderBytes);
  }

  /** The answer to EHLO: what this port offers this device as things stand. */
  Reply hello(Peer peer, Set<Extension> offered) {
    var lines =
        new ArrayList<>(
            List.of(
                hostname,
                "PIPELINING",
                "SIZE " + maxMessageBytes,
                "8BITMIME",
                "ENHANCEDSTATUSCODES",
                "CHUNKING"));
    for (Extension extension : Extension.values()) {
      if (offered.contains(extension)) {
        lines.add(extension.name());
      }
    }
    if (startTls && peer.tls() == null) {
      lines.add("STARTTLS");
    }
    if (allowAuth(peer)) {
      lines.add("AUTH PLAIN LOGIN");
    }
    return new Reply(250, lines);
  }
}
