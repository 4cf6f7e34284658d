package dev.ipauth.relay.access;

import java.time.Duration;

/** Is told what lookups cost. Called on any thread; never blocks and never fails. */
public interface LookupMeter {

  /** Answered from memory. */
  void hit();

  /** A read of the table ended, or was given up. */
  void read(Duration took, boolean good);
}
