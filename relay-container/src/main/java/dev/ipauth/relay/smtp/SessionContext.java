package dev.ipauth.relay.smtp;

import dev.ipauth.relay.message.HeaderBudget;
import java.time.InstantSource;
import java.util.function.Supplier;

/**
 * What all sessions of a relay share.
 *
 * @param headers the memory for what is held of their messages: envelopes and headers
 * @param ids makes a transaction's id: short, unique, letters and digits only
 */
public record SessionContext(
    Access access,
    Event.Journal journal,
    Supplier<String> ids,
    InstantSource clock,
    HeaderBudget headers) {

  /** The same, but for who may send. */
  public SessionContext with(Access other) {
    return new SessionContext(other, journal, ids, clock, headers);
  }
}
