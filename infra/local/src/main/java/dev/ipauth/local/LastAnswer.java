package dev.ipauth.local;

import dev.ipauth.functions.problem.Problem;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;

/** A problem that ends a connection whose request will never be whole. */
final class LastAnswer {
  private LastAnswer() {}

  /**
   * Writes it, and closes.
   *
   * @param context of a handler behind the codec
   * @param problem whose words need no escapes in JSON
   */
  static void write(ChannelHandlerContext context, Problem problem) {
    String body =
        "{\"type\":\"%s\",\"title\":\"%s\",\"status\":%s,\"detail\":\"%s\"}"
            .formatted(problem.type(), problem.title(), problem.status(), problem.detail());
    var answer =
        new DefaultFullHttpResponse(
            HttpVersion.HTTP_1_1,
            HttpResponseStatus.valueOf(problem.status()),
            ByteBufUtil.writeUtf8(context.alloc(), body));
    answer
        .headers()
        .set(HttpHeaderNames.CONTENT_TYPE, Problem.MEDIA_TYPE)
        .set(HttpHeaderNames.CONTENT_LENGTH, answer.content().readableBytes())
        .set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
    context.writeAndFlush(answer).addListener(ChannelFutureListener.CLOSE);
  }
}
