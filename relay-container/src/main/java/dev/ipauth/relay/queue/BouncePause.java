package dev.ipauth.relay.queue;

import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Holds bouncing back when it looks as if the next hop, and not the messages, were at fault: three
 * refusals for good in a row with the same code, of three SMTP users. It ends with the next attempt
 * that has another outcome.
 */
final class BouncePause {
  private static final int SUSPICIOUS = 3;

  private final Set<String> users = new HashSet<>();
  private @Nullable String code;
  private volatile boolean paused;

  /** What became of the pause by an outcome. */
  enum Change {
    NONE,
    BEGAN,
    ENDED
  }

  /** Whether what it began with has this code. */
  synchronized boolean isFor(String replyCode) {
    return replyCode.equals(code);
  }

  /** It was on when the relay ended. */
  synchronized void recall(String replyCode) {
    code = replyCode;
    paused = true;
  }

  /** A recipient was given up. */
  synchronized Change bounced(String smtpUser, String replyCode) {
    if (!replyCode.equals(code)) {
      Change change = other();
      code = replyCode;
      users.add(smtpUser);
      return change;
    }
    users.add(smtpUser);
    if (!paused && users.size() >= SUSPICIOUS) {
      paused = true;
      return Change.BEGAN;
    }
    return Change.NONE;
  }

  /** An attempt came to something else. */
  synchronized Change other() {
    boolean was = paused;
    users.clear();
    code = null;
    paused = false;
    return was ? Change.ENDED : Change.NONE;
  }

  /** Asked for each message that passes. */
  boolean isOn() {
    return paused;
  }
}
