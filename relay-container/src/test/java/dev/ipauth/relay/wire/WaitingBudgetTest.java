package dev.ipauth.relay.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ipauth.tables.IpAddress;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** One bound for what waits of all devices together. */
class WaitingBudgetTest {
  private final WaitingBudget budget = new WaitingBudget(10_000);

  @Test
  void whoIsOverIsToldAndTheOthersAreNot() {
    var first = of("192.0.2.1");
    var second = of("192.0.2.1");
    var other = of("192.0.2.2");
    var modest = of("192.0.2.1");
    assertTrue(first.becomes(4000));
    assertFalse(second.becomes(1001), "as much as is free and no more");
    assertTrue(modest.becomes(512), "so little is never counted");
    assertTrue(first.becomes(4000), "what is there stays");
    assertTrue(first.becomes(3000), "less is always right");
    assertTrue(second.becomes(0));
    assertTrue(other.becomes(3500), "another address has its own");
    assertTrue(first.becomes(0));
    assertTrue(other.becomes(5000));
    assertTrue(other.becomes(0));
    assertEquals(0, budget.held());
  }

  private WaitingBudget.Share of(String address) {
    return budget.of(IpAddress.parse(address)).share();
  }

  @Test
  void aSubscribersIpv6AddressesAreOne() {
    assertTrue(of("2001:db8:0:1::1").becomes(4000));
    assertFalse(of("2001:db8:0:1::2").becomes(1001));
    assertTrue(of("2001:db8:0:2::1").becomes(2000));
  }

  /** TLS records that never become whole, of 200 connections from each of 50 addresses. */
  @ParameterizedTest
  @ValueSource(ints = {1, 3, 50})
  void strangersLeaveRoomForADevicesRecord(int addresses) {
    var large = new WaitingBudget(16 << 20);
    for (int connection = 0; connection < 200; connection++) {
      for (int address = 0; address < addresses; address++) {
        var share = large.of(IpAddress.parse("192.0.2." + address)).share();
        if (!share.becomes(16_384)) {
          share.becomes(0); // it is thrown away
        }
        var device = large.of(IpAddress.parse("198.51.100.7")).share();
        assertTrue(device.becomes(16_384 + 5), "a device noticed");
        assertTrue(device.becomes(0));
      }
    }
  }

  /** What one octet is read into has room for thousands. */
  @Test
  void whatWaitsHoldsNoMoreThanItsSize() {
    var allocator = new UnpooledByteBufAllocator(false);
    var input = new InputBuffer(budget.of(IpAddress.parse("192.0.2.1")));
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
