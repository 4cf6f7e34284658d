package dev.ipauth.relay.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import org.junit.jupiter.api.Test;

/** One bound for what waits of all devices together. */
class WaitingBudgetTest {
  private final WaitingBudget budget = new WaitingBudget(10_000);

  @Test
  void whoIsOverIsToldAndTheOthersAreNot() {
    var first = budget.share();
    var second = budget.share();
    var modest = budget.share();
    assertTrue(first.becomes(6000));
    assertFalse(second.becomes(6000));
    assertTrue(modest.becomes(512), "so little is never counted");
    assertTrue(first.becomes(6000), "what is there stays");
    assertTrue(first.becomes(5000), "less is always right");
    assertTrue(second.becomes(0));
    assertTrue(first.becomes(10_000));
    assertTrue(first.becomes(0));
    assertEquals(0, budget.held());
  }

  /** What one octet is read into has room for thousands. */
  @Test
  void whatWaitsHoldsNoMoreThanItsSize() {
    var allocator = new UnpooledByteBufAllocator(false);
    var input = new InputBuffer(budget);
    for (int i = 0; i < 2000; i++) {
      ByteBuf read = allocator.directBuffer(8192).writeByte('x');
      input.add(allocator, read);
      assertTrue(input.settle());
      long held = allocator.metric().usedDirectMemory() + allocator.metric().usedHeapMemory();
      assertTrue(held <= 4L * (i + 64), () -> held + " octets held");
    }
    input.release();
    assertEquals(0, budget.held());
    assertEquals(0, allocator.metric().usedDirectMemory());
  }
}
