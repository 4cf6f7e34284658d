package dev.ipauth.relay.queue;

import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/** A disk that stands still between writing a text and having synced it, until it is let go on. */
final class HangingDisk extends ForwardingTexts {
  private final Semaphore goesOn = new Semaphore(0);

  /** Those that are at it. */
  final AtomicInteger atOnce = new AtomicInteger();

  final AtomicInteger mostAtOnce = new AtomicInteger();

  HangingDisk(Texts texts) {
    super(texts);
  }

  /** So many that wait, or will. */
  void goOn(int times) {
    goesOn.release(times);
  }

  private void hang() {
    mostAtOnce.accumulateAndGet(atOnce.incrementAndGet(), Math::max);
    goesOn.acquireUninterruptibly();
    atOnce.decrementAndGet();
  }

  @Override
  public void put(String id, Content content) throws IOException {
    hang();
    super.put(id, content);
  }

  @Override
  public InputStream open(String id) throws IOException {
    hang();
    return super.open(id);
  }

  @Override
  public void forEach(Consumer<Found> each) throws IOException {
    hang();
    super.forEach(each);
  }
}
