package dev.ipauth.relay.message;

/**
 * Takes canonical text: lines that end in CRLF, with no other CR or LF, no NUL, and no dots of
 * stuffing.
 */
interface Canonical {

  /** Octets {@code from} (inclusive) to {@code to} (exclusive) of the buffer being read. */
  void slice(int from, int to);

  void insert(byte[] octets);

  /** A line begins with a dot. Neither of the others ever brings such a dot. */
  void leadingDot();
}
