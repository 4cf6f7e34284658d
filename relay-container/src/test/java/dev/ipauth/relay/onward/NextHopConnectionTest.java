package dev.ipauth.relay.onward;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.ipauth.relay.onward.OnwardSettings.Timeouts;
import io.netty.channel.embedded.EmbeddedChannel;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A message's place at the gate is given back once, whenever its connection is lost. */
class NextHopConnectionTest {
  private final EmbeddedChannel channel = new EmbeddedChannel();
  private final NextHopConnection connection =
      new NextHopConnection(channel, Timeouts.DEFAULT, new Backlog(1 << 20));
  private final List<Boolean> left = new ArrayList<>();
  private final Pass pass = new Pass((_, counts) -> left.add(counts), Lane.DEVICES);

  NextHopConnectionTest() {
    channel.pipeline().addLast(connection);
    connection.greeting().exceptionally(_ -> null);
  }

  @Test
  void lostBetweenItsOpeningAndItsUse() {
    channel.close();
    connection.carry(pass);
    assertEquals(List.of(false), left);
    connection.close();
    assertEquals(List.of(false), left);
  }

  @Test
  void lostWithAMessage() {
    connection.carry(pass);
    assertEquals(List.of(), left);
    connection.countMessage();
    channel.close();
    assertEquals(List.of(true), left);
  }

  @Test
  void handedOverItIsSomebodyElsesToGiveBack() {
    connection.carry(pass);
    Pass over = connection.handOver();
    channel.close();
    assertEquals(List.of(), left);
    over.leave();
    assertEquals(List.of(false), left);
  }
}
