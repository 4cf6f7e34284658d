package dev.ipauth.local;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.util.ReferenceCountUtil;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Requests arrive whole in time, or are ended. */
class RequestDeadlineTest {
  private final EmbeddedChannel connection = new EmbeddedChannel();

  @BeforeEach
  void watch() {
    connection.freezeTime();
    connection.pipeline().addLast("codec", new HttpServerCodec());
    RequestDeadline.watch(connection.pipeline(), "codec");
  }

  @AfterEach
  void close() {
    connection.finishAndReleaseAll();
  }

  @Test
  void aHeadThatNeverEndsIs408() {
    send("GET / HTTP/1.1\r\n");
    for (int i = 0; i < RequestDeadline.SECONDS; i++) {
      connection.advanceTimeBy(1, TimeUnit.SECONDS);
      send("X");
    }
    connection.runScheduledPendingTasks();

    assertTrue(said().startsWith("HTTP/1.1 408 "));
    assertFalse(connection.isOpen());
  }

  @Test
  void aBodyThatNeverEndsIs408() {
    send("POST / HTTP/1.1\r\nContent-Length: 100\r\n\r\n{");
    later();

    assertTrue(said().startsWith("HTTP/1.1 408 "));
    assertFalse(connection.isOpen());
  }

  @Test
  void betweenRequestsAConnectionMayRest() {
    for (int i = 0; i < 3; i++) {
      send("POST / HTTP/1.1\r\nContent-Length: 2\r\n\r\n{}");
      later();
    }

    assertNull(connection.readOutbound());
    assertTrue(connection.isOpen());
  }

  @Test
  void theNextRequestHasItsOwnTime() {
    send("GET / HTTP/1.1\r\n\r\n");
    later();
    send("G");
    later();

    assertTrue(said().startsWith("HTTP/1.1 408 "));
  }

  private void send(String text) {
    connection.writeInbound(Unpooled.copiedBuffer(text, US_ASCII));
    connection.inboundMessages().forEach(ReferenceCountUtil::release);
    connection.inboundMessages().clear();
  }

  private void later() {
    connection.advanceTimeBy(RequestDeadline.SECONDS + 1L, TimeUnit.SECONDS);
    connection.runScheduledPendingTasks();
  }

  private String said() {
    ByteBuf answer = connection.readOutbound();
    try {
      return answer.toString(US_ASCII);
    } finally {
      answer.release();
    }
  }
}
