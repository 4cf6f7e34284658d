package dev.ipauth.leaks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.PooledByteBufAllocator;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.platform.testkit.engine.EngineExecutionResults;
import org.junit.platform.testkit.engine.EngineTestKit;

/** A class that leaks fails, whatever its tests say; one that doesn't, doesn't. */
class NoLeaksTest {

  private static boolean planting;

  /** Leaks for {@link #run} only: some of surefire's patterns find this class by itself. */
  static final class Leaking {
    @BeforeAll
    static void onlyWhenAsked() {
      assumeTrue(planting);
    }

    @Test
    void dropsABuffer() {
      ByteBufAllocator.DEFAULT.buffer(16).writeInt(42);
    }

    @Test
    void dropsASliceThatItRetained() {
      ByteBuf buffer = PooledByteBufAllocator.DEFAULT.directBuffer(16).writeInt(42);
      buffer.retainedSlice(0, 2);
      buffer.release();
    }
  }

  static final class Releasing {
    @Test
    void releasesABuffer() {
      assertTrue(ByteBufAllocator.DEFAULT.buffer(16).writeInt(42).release());
    }
  }

  @Test
  void aLeakFailsItsClass() {
    var result = run(Leaking.class);
    assertEquals(2, result.testEvents().succeeded().count(), "the tests themselves notice nothing");
    var failure = result.containerEvents().failed().stream().toList();
    assertEquals(1, failure.size());
    String said = failure.getFirst().toString();
    assertTrue(said.contains("NoLeaksTest$Leaking.dropsABuffer"), said);
    assertTrue(said.contains("NoLeaksTest$Leaking.dropsASliceThatItRetained"), said);
  }

  @Test
  void whatIsReleasedIsNoLeak() {
    assertEquals(0, run(Releasing.class).containerEvents().failed().count());
  }

  private static EngineExecutionResults run(Class<?> tests) {
    // The kit doesn't read junit-platform.properties, where this is said for every other run.
    var kit =
        EngineTestKit.engine("junit-jupiter")
            .configurationParameter("junit.jupiter.extensions.autodetection.enabled", "true")
            .selectors(selectClass(tests));
    planting = true;
    try {
      return kit.execute();
    } finally {
      planting = false;
    }
  }
}
