package dev.ipauth.functions.register;

import java.time.Duration;

/**
 * How long a change is tried again before the answer is 503.
 *
 * @param longest until the last try begins; well under what API Gateway waits (30 s)
 */
public record Endurance(Duration longest) {
  /** What Lambda and one machine run with. */
  public static final Endurance USUAL = new Endurance(Duration.ofSeconds(8));
}
