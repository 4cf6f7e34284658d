package dev.ipauth.relay.ses;

import dev.ipauth.relay.onward.Failure;
import dev.ipauth.relay.onward.NextHopEvents;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Remembers each event by its name, and of failures what failed, and why. */
final class RecordingEvents implements NextHopEvents {
  final List<String> happened = new CopyOnWriteArrayList<>();

  @Override
  public void opened() {
    happened.add("opened");
  }

  @Override
  public void reused() {
    happened.add("reused");
  }

  @Override
  public void replaced() {
    happened.add("replaced");
  }

  @Override
  public void answered() {
    happened.add("answered");
  }

  @Override
  public void failed(Failure failure) {
    happened.add("failed " + failure.stage() + " " + failure.kind() + ": " + failure.why());
  }

  @Override
  public void ambiguous() {
    happened.add("ambiguous");
  }
}
