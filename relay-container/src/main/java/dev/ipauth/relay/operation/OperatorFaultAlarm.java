package dev.ipauth.relay.operation;

import dev.ipauth.relay.onward.Failure;
import dev.ipauth.relay.onward.NextHopEvents;
import dev.ipauth.relay.queue.QueueEvents;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Sounds when the next hop refuses the relay itself, where there is no queue to do so: a line when
 * it begins and one when it ends, as the queue's alarms have them.
 */
public final class OperatorFaultAlarm implements NextHopEvents {
  private static final String WHAT = QueueLog.word(QueueEvents.Alarm.OPERATOR_FAULT);

  private final NextHopEvents events;
  private final BiConsumer<String, Map<String, ?>> notes;

  /** What it sounds for; null while it doesn't. */
  private final AtomicReference<@Nullable Failure> fault = new AtomicReference<>();

  /**
   * @param events hears everything that this does
   * @param notes takes a line's event and its fields
   */
  public OperatorFaultAlarm(NextHopEvents events, BiConsumer<String, Map<String, ?>> notes) {
    this.events = events;
    this.notes = notes;
  }

  @Override
  public void failed(Failure failure) {
    events.failed(failure);
    if (failure.kind() == Failure.Kind.OPERATOR && fault.getAndSet(failure) == null) {
      notes.accept("alarm", Map.of("what", WHAT, "why", failure.why()));
    }
  }

  private void end() {
    if (fault.getAndSet(null) != null) {
      notes.accept("alarm", Map.of("what", WHAT, "over", true));
    }
  }

  /** A login that works says nothing of what was refused after one. */
  @Override
  public void opened() {
    events.opened();
    Failure sounding = fault.get();
    if (sounding != null && sounding.stage().isOpening()) {
      end();
    }
  }

  @Override
  public void answered() {
    events.answered();
    end();
  }

  @Override
  public void reused() {
    events.reused();
  }

  @Override
  public void replaced() {
    events.replaced();
  }

  @Override
  public void ambiguous() {
    events.ambiguous();
  }
}
