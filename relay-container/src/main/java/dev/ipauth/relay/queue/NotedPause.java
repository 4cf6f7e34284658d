package dev.ipauth.relay.queue;

import dev.ipauth.relay.queue.BouncePause.Change;
import dev.ipauth.relay.queue.QueueEvents.Alarm;
import java.io.IOException;
import java.util.Optional;

/**
 * The pause of bouncing, its alarm, and a note of it for the other relays and the next start: while
 * there is a note, all relays pause. A change and what follows from it are one step: otherwise a
 * note that takes long could be written after the pause is over. Blocking, except for {@link
 * #isOn}, so not for an event loop.
 */
final class NotedPause {
  private final Store store;
  private final QueueEvents events;
  private final BouncePause pause = new BouncePause();

  /** Of the reply that the pause began with. */
  private String pausedFor = "";

  private boolean isNoted = true;

  NotedPause(Store store, QueueEvents events) {
    this.store = store;
    this.events = events;
  }

  /** Asked for each message that passes. */
  boolean isOn() {
    return pause.isOn();
  }

  /** Whether what it began with has this code. */
  boolean isFor(String replyCode) {
    return pause.isFor(replyCode);
  }

  /** A recipient was given up. */
  synchronized void bounced(String smtpUser, String replyCode) {
    changed(pause.bounced(smtpUser, replyCode), replyCode);
  }

  /** An attempt, or a message whose device waited, came to something else. */
  synchronized void other() {
    changed(pause.other(), "");
  }

  private void changed(Change change, String replyCode) {
    if (change != Change.NONE) {
      pausedFor = replyCode;
      isNoted = false;
      events.alarm(Alarm.BOUNCING_PAUSED, change == Change.ENDED);
      share();
    }
  }

  /**
   * Notes what could not be noted yet. Else does as the note says: another relay may have begun or
   * ended the pause, and a restart ends none.
   */
  synchronized void share() {
    if (isNoted) {
      follow();
    } else {
      note();
    }
  }

  private void note() {
    try {
      if (pause.isOn()) {
        store.notePause(pausedFor);
      } else {
        store.forgetPause();
      }
      isNoted = true;
    } catch (IOException e) {
      events.trouble("Whether bouncing is paused can't be noted for others yet", e);
    }
  }

  private void follow() {
    try {
      Optional<String> noted = store.notedPause();
      if (noted.isPresent() == pause.isOn()) {
        return;
      }
      noted.ifPresentOrElse(pause::recall, pause::other);
      events.alarm(Alarm.BOUNCING_PAUSED, noted.isEmpty());
    } catch (IOException e) {
      events.trouble("Whether bouncing is paused isn't known", e);
    }
  }
}
