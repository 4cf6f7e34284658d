package dev.ipauth.local.sink;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/** What the sink keeps: the newest messages, up to a number of bytes. Thread-safe. */
final class Mailbox {
  private final int maxBytes;
  private final Deque<SunkMessage> newestFirst = new ArrayDeque<>();
  private int bytes;
  private long lastId;

  Mailbox(int maxBytes) {
    this.maxBytes = maxBytes;
  }

  /** Larger than this, a message can't be kept at all. */
  int maxBytes() {
    return maxBytes;
  }

  /** Keeps a message, dropping the oldest ones where there isn't room for all. */
  synchronized String keep(String mailFrom, List<String> recipients, byte[] data) {
    var message = new SunkMessage(Long.toString(++lastId), mailFrom, recipients, data);
    newestFirst.addFirst(message);
    bytes += message.size();
    while (bytes > maxBytes) {
      bytes -= newestFirst.removeLast().size();
    }
    return message.id();
  }

  synchronized List<SunkMessage> newestFirst() {
    return List.copyOf(newestFirst);
  }
}
