package dev.ipauth.relay.smtp;

import java.time.InstantSource;
import java.util.function.Supplier;

/**
 * What all sessions of a relay share.
 *
 * @param ids makes a transaction's id: short, unique, letters and digits only
 */
public record SessionContext(
    Access access, Event.Journal journal, Supplier<String> ids, InstantSource clock) {}
