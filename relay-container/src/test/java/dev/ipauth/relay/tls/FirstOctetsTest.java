package dev.ipauth.relay.tls;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class FirstOctetsTest {
  private int held;
  private int most = 5000;
  private final FirstOctets first =
      new FirstOctets(
          octets -> {
            boolean fits = octets <= most;
            held = fits ? octets : held;
            return fits;
          });
  private final EmbeddedChannel channel = new EmbeddedChannel(first);

  @AfterEach
  void release() {
    channel.finishAndReleaseAll();
  }

  private void comes(int octets) {
    channel.writeInbound(Unpooled.wrappedBuffer(new byte[octets]));
  }

  @Test
  void onlyTheFirstFourThousandAreRemembered() {
    comes(3000);
    comes(3000);
    assertEquals(4096, first.octets().length);
    assertEquals(4096, held);
  }

  /** What is remembered has no gap. All that comes goes on all the same. */
  @Test
  void onceThereIsNoRoomNothingMoreIsRemembered() {
    most = 600;
    comes(500);
    comes(500);
    comes(100);
    assertArrayEquals(new byte[500], first.octets());
    assertEquals(500, held);
    assertEquals(3, channel.inboundMessages().size());
  }

  @Test
  void thatADeviceHasSpokenIsKnownWithoutRoom() {
    most = 0;
    comes(500);
    comes(500);
    assertArrayEquals(new byte[1], first.octets());
  }

  @Test
  void whenTheConnectionOrTheHandshakeIsOverTheRoomIsGivenBack() {
    comes(500);
    assertEquals(500, held);
    channel.finishAndReleaseAll();
    assertEquals(0, held);
  }
}
