package dev.ipauth.relay.queue;

import dev.ipauth.relay.fault.Cause;
import dev.ipauth.relay.fault.OnceAMinute;
import java.io.IOException;
import java.util.function.Consumer;

/**
 * Says that texts can't be held, and that they can be again: a full disk fails for every text, so
 * each at most once a minute.
 */
final class HeldTrouble implements HeldFiles.Outcomes {
  private final Consumer<String> lines;
  private final OnceAMinute pace = new OnceAMinute();
  private volatile boolean isSaid;

  HeldTrouble(Consumer<String> lines) {
    this.lines = lines;
  }

  @Override
  public void failed(IOException why) {
    if (pace.isDue()) {
      isSaid = true;
      lines.accept("A text can't be held: " + Cause.inWords(why));
    }
  }

  @Override
  public void worked() {
    if (isSaid) {
      isSaid = false;
      lines.accept("Texts can be held again");
    }
  }
}
