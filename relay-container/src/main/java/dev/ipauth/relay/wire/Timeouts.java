package dev.ipauth.relay.wire;

import java.time.Duration;

/**
 * How long a device may take.
 *
 * @param idle saying nothing
 * @param auth for one AUTH
 * @param session for all of a connection
 */
public record Timeouts(Duration idle, Duration auth, Duration session) {}
