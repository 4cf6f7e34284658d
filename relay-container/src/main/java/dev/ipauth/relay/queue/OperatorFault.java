package dev.ipauth.relay.queue;

import dev.ipauth.relay.onward.Failure;
import dev.ipauth.relay.queue.QueueEvents.Alarm;

/**
 * The alarm that the next hop refuses the relay itself. A probe is refused as a message is, and may
 * be the only one to find out: while the next hop is down nothing else is tried. Thread-safe.
 */
final class OperatorFault {
  private final QueueEvents events;
  private volatile Sounding sounding = Sounding.NOT;

  /** What it sounds for. */
  private enum Sounding {
    NOT,
    /** The next connection that is opened ends it. */
    AN_OPENING,
    /** A login that works says nothing of it: it ends with a delivery, or with the last message. */
    A_MESSAGE
  }

  OperatorFault(QueueEvents events) {
    this.events = events;
  }

  /** A message, or a connection to be opened, has failed. */
  void failed(Failure failure) {
    if (failure.kind() == Failure.Kind.OPERATOR) {
      begin(failure.stage().isOpening() ? Sounding.AN_OPENING : Sounding.A_MESSAGE);
    }
  }

  /** A message can't be delivered for it. */
  void refused() {
    begin(Sounding.A_MESSAGE);
  }

  private synchronized void begin(Sounding now) {
    if (sounding == Sounding.NOT) {
      sounding = now;
      events.alarm(Alarm.OPERATOR_FAULT, false);
    }
  }

  /** A connection was opened and is ready for mail. */
  void opened() {
    if (sounding == Sounding.AN_OPENING) {
      end();
    }
  }

  /** A message was delivered. */
  void delivered() {
    end();
  }

  /** Other relays may have delivered what this one was refused. */
  void nothingIsKept() {
    if (sounding == Sounding.A_MESSAGE) {
      end();
    }
  }

  private void end() {
    if (sounding != Sounding.NOT) {
      endNow();
    }
  }

  private synchronized void endNow() {
    if (sounding != Sounding.NOT) {
      sounding = Sounding.NOT;
      events.alarm(Alarm.OPERATOR_FAULT, true);
    }
  }
}
