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
  public void failed(Stage stage, String why) {
    counted.add("failed " + stage);
    reasons.add(why);
  }

  @Override
  public void ambiguous() {
    counted.add("ambiguous");
  }
}
