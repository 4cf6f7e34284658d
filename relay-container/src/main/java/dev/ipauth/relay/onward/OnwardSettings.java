package dev.ipauth.relay.onward;

import dev.ipauth.relay.tls.ClientTls;
import dev.ipauth.relay.tls.ClientTls.Proof;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How mail is handed on.
 *
 * @param hostname what the relay calls itself
 * @param credentials null when the next hop asks for none
 * @param authorities PEM file of certificates to trust instead of the JDK's, null for the JDK's
 * @param timeouts how long each thing may take
 * @param idle how long a connection is kept for the next message; shorter than servers keep it
 * @param kept how many are kept at once
 */
public record OnwardSettings(
    NextHopAddress nextHop,
    String hostname,
    @Nullable Credentials credentials,
    @Nullable Path authorities,
    Timeouts timeouts,
    Duration idle,
    int kept) {

  /**
   * Shorter than a device's own, so that the device hears a reply and not silence.
   *
   * @param connect for one address
   * @param command from a command to its reply, the greeting and TLS included
   * @param text without any of the text being taken
   * @param finalDot from the final dot to its reply
   */
  public record Timeouts(Duration connect, Duration command, Duration text, Duration finalDot) {
    public static final Timeouts DEFAULT =
        new Timeouts(
            Duration.ofSeconds(10),
            Duration.ofSeconds(30),
            Duration.ofSeconds(120),
            Duration.ofSeconds(240));
  }

  /** Whoever is to see a password, or must be spoken to in TLS, proves its name. */
  ClientTls.Server tls() {
    boolean required = nextHop.encryption().isRequired();
    var ifNotRequired = credentials == null ? Proof.NOWHERE : Proof.ELSEWHERE;
    return new ClientTls.Server(
        nextHop.host(),
        nextHop.port(),
        timeouts.command(),
        required ? Proof.EVERYWHERE : ifNotRequired,
        authorities);
  }
}
