package dev.ipauth.relay.message;

/**
 * Where the text goes on its way out: pieces of the input as they are, and octets put between them.
 */
public interface TextOut {

  /** Octets {@code from} (inclusive) to {@code to} (exclusive) of the buffer being read. */
  void slice(int from, int to);

  void insert(byte[] octets);
}
