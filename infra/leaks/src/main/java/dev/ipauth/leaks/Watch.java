package dev.ipauth.leaks;

import io.netty.util.ResourceLeakDetector;
import io.netty.util.ResourceLeakDetectorFactory;
import io.netty.util.ResourceLeakTracker;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/** Keeps what Netty's leak detectors find, every resource tracked. */
final class Watch extends ResourceLeakDetectorFactory {
  private static final int TIMEOUT_MILLIS = 10_000;

  private final Queue<Detector<?>> detectors = new ConcurrentLinkedQueue<>();
  private final Queue<String> found = new ConcurrentLinkedQueue<>();

  private Watch() {}

  /** Must come before the first class of Netty's that tracks anything. */
  static Watch begin() {
    var watch = new Watch();
    ResourceLeakDetector.setLevel(ResourceLeakDetector.Level.PARANOID);
    ResourceLeakDetectorFactory.setResourceLeakDetectorFactory(watch);
    return watch;
  }

  /** Whether somebody has turned the detection off or down. */
  static boolean isParanoid() {
    return ResourceLeakDetector.getLevel() == ResourceLeakDetector.Level.PARANOID;
  }

  /** What was found since the last time, after a garbage collection. */
  List<String> found() {
    // Behind the second collection, whatever the first one found is in the detectors' queues.
    collectGarbage();
    collectGarbage();
    detectors.forEach(Detector::look);
    var leaks = new ArrayList<String>();
    for (String leak = found.poll(); leak != null; leak = found.poll()) {
      leaks.add(leak);
    }
    return leaks;
  }

  private static void collectGarbage() {
    var queue = new ReferenceQueue<Object>();
    var garbage = new WeakReference<>(new Object(), queue);
    System.gc();
    try {
      if (queue.remove(TIMEOUT_MILLIS) != garbage) {
        throw new IllegalStateException("System.gc() collects nothing: is it disabled?");
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  @SuppressWarnings("deprecation") // that is how Netty itself asks
  public <T> ResourceLeakDetector<T> newResourceLeakDetector(
      Class<T> resource, int interval, long maxActive) {
    var detector = new Detector<T>(resource, interval);
    detectors.add(detector);
    return detector;
  }

  private final class Detector<T> extends ResourceLeakDetector<T> {
    Detector(Class<T> resource, int interval) {
      super(resource, interval);
    }

    /** Netty looks into its queue only when it tracks something. */
    @SuppressWarnings("unchecked") // it only asks for the identity of what it tracks
    void look() {
      T nothing = (T) new Object();
      @Nullable ResourceLeakTracker<T> tracker = trackForcibly(nothing);
      if (tracker != null) {
        tracker.close(nothing);
      }
    }

    @Override
    protected boolean needReport() {
      return true;
    }

    @Override
    protected void reportTracedLeak(String resource, String records) {
      found.add(resource + " was not released:" + records);
    }

    @Override
    protected void reportUntracedLeak(String resource) {
      found.add(resource + " was not released");
    }
  }
}
