package dev.ipauth.relay.wire;

import dev.ipauth.relay.onward.Failure;
import dev.ipauth.relay.onward.NextHopEvents;

/** Nobody counts in these tests. */
final class Uncounted implements NextHopEvents {
  @Override
  public void opened() {}

  @Override
  public void reused() {}

  @Override
  public void replaced() {}

  @Override
  public void answered() {}

  @Override
  public void failed(Failure failure) {}

  @Override
  public void ambiguous() {}
}
