package dev.ipauth.relay.wire;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ipauth.tables.IpAddress;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** TLS hears whole records only, and what isn't whole is counted. */
class WholeRecordsTest {
  private static final int HANDSHAKE = 22;
  private static final int DATA = 23;

  private final WaitingBudget budget = new WaitingBudget(40_000);
  private @Nullable Object event;
  private final EmbeddedChannel channel =
      new EmbeddedChannel(
          new WholeRecords(budget.of(IpAddress.parse("192.0.2.7"))),
          new ChannelInboundHandlerAdapter() {
            @Override
            public void userEventTriggered(ChannelHandlerContext ctx, Object told) {
              event = told;
            }
          });

  @AfterEach
  void close() {
    channel.finishAndReleaseAll();
    assertEquals(0, budget.held());
  }

  private static byte[] record(int type, int length) {
    byte[] octets = new byte[5 + length];
    Arrays.fill(octets, (byte) length);
    octets[0] = (byte) type;
    octets[1] = 3;
    octets[2] = 3;
    octets[3] = (byte) (length >> 8);
    octets[4] = (byte) length;
    return octets;
  }

  private void comes(byte[] octets, int from, int to) {
    ByteBuf read = Unpooled.directBuffer(8192).writeBytes(octets, from, to - from);
    channel.writeInbound(read);
  }

  private void comes(byte[] octets) {
    comes(octets, 0, octets.length);
  }

  private byte[] heard() {
    var all = new ByteArrayOutputStream();
    for (ByteBuf next = channel.readInbound(); next != null; next = channel.readInbound()) {
      byte[] octets = new byte[next.readableBytes()];
      next.readBytes(octets).release();
      all.writeBytes(octets);
    }
    return all.toByteArray();
  }

  @Test
  void whatIsWholePassesAtOnceAndTheRestWaits() {
    byte[] first = record(HANDSHAKE, 300);
    byte[] second = record(DATA, 2000);
    var both = new ByteArrayOutputStream();
    both.writeBytes(first);
    both.write(second, 0, 1500);
    comes(both.toByteArray());
    assertArrayEquals(first, heard());
    assertTrue(budget.held() >= 1500 && budget.held() < 3000, () -> budget.held() + " counted");
    comes(second, 1500, second.length);
    assertArrayEquals(second, heard());
    assertEquals(0, budget.held());
  }

  @Test
  void howeverTheyAreCutTheSameRecordsComeOut() {
    long seed = System.nanoTime();
    var random = new Random(seed);
    for (int times = 0; times < 200; times++) {
      var all = new ByteArrayOutputStream();
      for (int records = 1 + random.nextInt(5); records > 0; records--) {
        all.writeBytes(
            record(20 + random.nextInt(5), random.nextInt(1 << (1 + random.nextInt(13)))));
      }
      byte[] octets = all.toByteArray();
      var heard = new ByteArrayOutputStream();
      for (int from = 0; from < octets.length; ) {
        int to = Math.min(octets.length, from + 1 + random.nextInt(1 << (1 + random.nextInt(12))));
        comes(octets, from, to);
        heard.writeBytes(heard());
        from = to;
      }
      assertArrayEquals(octets, heard.toByteArray(), () -> "seed " + seed);
      assertEquals(0, budget.held(), () -> "seed " + seed);
    }
  }

  @Test
  void whoIsOverTheBudgetIsTold() {
    var others = budget.of(IpAddress.parse("192.0.2.8")).share();
    var _ = others.becomes(39_000);
    byte[] octets = record(HANDSHAKE, 4000);
    comes(octets, 0, 500);
    assertNull(event, "so little is never counted");
    comes(octets, 500, 2500);
    assertEquals(new WholeRecords.NoRoom(), event);
    assertEquals(39_000, budget.held(), "what it had waiting is thrown away");
    comes(octets, 2500, octets.length);
    comes(octets);
    assertArrayEquals(new byte[0], heard(), "the end of a record whose beginning is gone");
    assertTrue(others.becomes(0));
  }

  /** It is TLS's to say what it thinks of that. */
  @ParameterizedTest
  @ValueSource(strings = {"EHLO printer\r\n", "E", "\u0016\u0003\u0003\u007f\u007f"})
  void whatIsNoRecordPassesAtOnce(String said) {
    byte[] octets = said.getBytes(US_ASCII);
    comes(octets);
    assertArrayEquals(octets, heard());
  }
}
