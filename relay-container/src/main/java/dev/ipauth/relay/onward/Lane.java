package dev.ipauth.relay.onward;

/** Whose messages are handed on; each has its share of what the next hop takes. */
public enum Lane {
  /** Somebody waits at the panel. */
  DEVICES,
  QUEUE
}
