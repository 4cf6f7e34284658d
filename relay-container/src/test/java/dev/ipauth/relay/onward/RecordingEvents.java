package dev.ipauth.relay.onward;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** What was counted, in its order. */
final class RecordingEvents implements NextHopEvents {
  final List<String> counted = new CopyOnWriteArrayList<>();

  /** Why something failed, for whoever wonders about a test. */
  final List<String> reasons = new CopyOnWriteArrayList<>();

  @Override
  public void opened() {
    counted.add("opened");
  }

  @Override
  public void reused() {
    counted.add("reused");
  }

  @Override
  public void replaced() {
    counted.add("replaced");
  }

  @Override
  public void answered() {
    // Every message would say so.
  }

  @Override
  public void failed(Failure failure) {
    counted.add("failed " + failure.stage() + " " + failure.kind());
    reasons.add(failure.why());
  }

  @Override
  public void ambiguous() {
    counted.add("ambiguous");
  }
}
