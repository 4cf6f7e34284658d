package dev.ipauth.relay.access;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Is told what lookups cost. Called on any thread; never blocks and never fails. */
public interface LookupMeter {

  /** Answered from memory. */
  void hit();

  /**
   * A read of the table ended, or was given up.
   *
   * @param failure null when it brought an answer
   */
  void read(Duration took, @Nullable Throwable failure);
}
