package dev.ipauth.local;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.ipauth.local.AnswerRoom.Share;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpVersion;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A client that asks again and again without reading is answered as one that waits. */
class OneAtATimeTest {
  private static final int LENGTH = 1000;

  private final AnswerRoom room = new AnswerRoom(128 << 20, Duration.ZERO);
  private final EmbeddedChannel connection = connection();

  private static EmbeddedChannel connection() {
    var connection = new EmbeddedChannel();
    connection.pipeline().addLast("codec", new HttpServerCodec());
    connection.pipeline().addLast("requests", new ChannelDuplexHandler());
    OneAtATime.watch(connection, "codec");
    return connection;
  }

  @Test
  void theNextIsWorkedOnWhenTheLastIsAnswered() {
    ask(3);

    assertEquals(List.of("/0"), begun());
    connection.writeOutbound(answer(HttpResponseStatus.CONTINUE));
    assertEquals(List.of(), begun());
    connection.writeOutbound(answer(HttpResponseStatus.OK));
    assertEquals(List.of("/1"), begun());
    connection.writeOutbound(answer(HttpResponseStatus.OK));
    assertEquals(List.of("/2"), begun());
    connection.writeOutbound(answer(HttpResponseStatus.OK));
    assertEquals(List.of(), begun());
    connection.finishAndReleaseAll();
  }

  @Test
  void anAnswerHasItsRoomUntilItHasLeft() throws InterruptedException {
    ask(1);
    OneAtATime.hold(connection, made());

    connection.write(answer(HttpResponseStatus.OK));
    assertEquals(LENGTH, room.taken());

    connection.flush();
    assertEquals(0, room.taken());
    connection.finishAndReleaseAll();
  }

  @Test
  void whoGoesGivesItBack() throws InterruptedException {
    ask(2);
    OneAtATime.hold(connection, made());
    connection.write(answer(HttpResponseStatus.OK));

    connection.close();
    assertEquals(0, room.taken());

    OneAtATime.hold(connection, made());
    assertEquals(0, room.taken(), "It was gone before the answer was there");
    connection.finishAndReleaseAll();
  }

  private Share made() throws InterruptedException {
    return room.enter("acme").orElseThrow();
  }

  private void ask(int times) {
    var asked = new StringBuilder();
    for (int i = 0; i < times; i++) {
      asked.append("GET /").append(i).append(" HTTP/1.1\r\nHost: localhost\r\n\r\n");
    }
    connection.writeInbound(Unpooled.copiedBuffer(asked, StandardCharsets.US_ASCII));
  }

  /** Those whose work has begun since this was asked last. */
  private List<String> begun() {
    var begun = new ArrayList<String>();
    for (Object part = connection.readInbound(); part != null; part = connection.readInbound()) {
      if (part instanceof HttpRequest request) {
        begun.add(request.uri());
      }
    }
    return begun;
  }

  private static DefaultFullHttpResponse answer(HttpResponseStatus status) {
    return new DefaultFullHttpResponse(
        HttpVersion.HTTP_1_1, status, Unpooled.wrappedBuffer(new byte[LENGTH]));
  }
}
