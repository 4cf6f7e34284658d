package dev.ipauth.relay.onward;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ipauth.relay.onward.Failure.Kind;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.channel.embedded.EmbeddedChannel;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import org.junit.jupiter.api.Test;

/** Connections to a next hop that takes of each what the test says, within 10,000 octets. */
class BacklogTest {
  private final Backlog backlog = new Backlog(10_000);
  private final List<String> gaveWay = new ArrayList<>();

  /** One connection, whose next hop takes nothing by itself. */
  private final class Connection {
    private final Queue<ChannelPromise> untaken = new ArrayDeque<>();
    private final EmbeddedChannel channel = new EmbeddedChannel(new Untaken());
    private final Outflow outflow;
    private boolean resumed;

    Connection(String name) {
      outflow = new Outflow(channel, Duration.ofHours(1), backlog, (kind, _) -> fail(name, kind));
    }

    private void fail(String name, Kind kind) {
      gaveWay.add(name + " " + kind);
      channel.close();
      outflow.resume();
    }

    private final class Untaken extends ChannelOutboundHandlerAdapter {
      @Override
      public void write(ChannelHandlerContext ctx, Object octets, ChannelPromise written) {
        ((ByteBuf) octets).release();
        untaken.add(written);
      }
    }

    Connection send(int octets) {
      outflow.write(Unpooled.buffer().writeZero(octets));
      outflow.flush();
      return this;
    }

    void take() {
      untaken.remove().setSuccess();
    }

    void whenWritable() {
      outflow.whenWritable(() -> resumed = true);
    }
  }

  @Test
  void whoHasWaitedLongestGivesWay() {
    new Connection("first").send(3000);
    new Connection("second").send(3000);
    assertEquals(List.of(), gaveWay);
    new Connection("third").send(3000);
    new Connection("fourth").send(3000);
    assertEquals(List.of("first NO_ROOM"), gaveWay);
    new Connection("fifth").send(3000);
    assertEquals(List.of("first NO_ROOM", "second NO_ROOM"), gaveWay);
  }

  @Test
  void whoMakesProgressIsNotGivenUpForWhoStandsStill() {
    var honest = new Connection("honest").send(2000).send(1000);
    new Connection("stalled").send(3000);
    honest.take();
    new Connection("another").send(6000);
    assertEquals(List.of("stalled NO_ROOM"), gaveWay);
    honest.take();
  }

  @Test
  void oneThatIsTooLargeAloneGivesWayItself() {
    new Connection("huge").send(10_001);
    assertEquals(List.of("huge NO_ROOM"), gaveWay);
    new Connection("small").send(100);
    assertEquals(1, gaveWay.size());
  }

  @Test
  void whatWasTakenMakesRoom() {
    var busy = new Connection("busy");
    for (int i = 0; i < 1000; i++) {
      busy.send(9000).take();
    }
    assertEquals(List.of(), gaveWay);
    assertFalse(backlog.isHalfUsed());
  }

  @Test
  void fromHalfOfItOnADeviceIsReadOnlyWhenNothingOfItsOwnWaits() {
    var waits = new Connection("waits").send(1000);
    var idle = new Connection("idle");
    assertTrue(waits.outflow.isWritable());
    new Connection("stalled").send(5000);
    assertFalse(waits.outflow.isWritable());
    assertTrue(idle.outflow.isWritable());
    waits.whenWritable();
    assertFalse(waits.resumed);
    waits.take();
    assertTrue(waits.resumed);
    assertTrue(waits.outflow.isWritable());
  }

  @Test
  void theSmallestPiecesCountForWhatTheyKeep() {
    var trickle = new Connection("trickle");
    for (int i = 0; i < 100; i++) {
      trickle.send(1);
    }
    assertEquals(List.of("trickle NO_ROOM"), gaveWay);
  }
}
