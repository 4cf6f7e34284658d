package dev.ipauth.local;

import io.micronaut.context.event.BeanCreatedEvent;
import io.micronaut.context.event.BeanCreatedEventListener;
import io.micronaut.http.netty.channel.ChannelPipelineCustomizer;
import io.micronaut.http.server.netty.NettyServerCustomizer;
import io.netty.channel.Channel;
import jakarta.inject.Singleton;
import org.jspecify.annotations.Nullable;

/** What each connection to the API has beside the framework's own: see what it calls. */
@Singleton
final class HttpPipeline implements BeanCreatedEventListener<NettyServerCustomizer.Registry> {
  @Override
  public NettyServerCustomizer.Registry onCreated(
      BeanCreatedEvent<NettyServerCustomizer.Registry> event) {
    event.getBean().register(new Customizer(null));
    return event.getBean();
  }

  private record Customizer(@Nullable Channel channel) implements NettyServerCustomizer {
    @Override
    public NettyServerCustomizer specializeForChannel(Channel connection, ChannelRole role) {
      return new Customizer(role == ChannelRole.CONNECTION ? connection : null);
    }

    @Override
    public void onStreamPipelineBuilt() {
      if (channel != null) {
        String codec = ChannelPipelineCustomizer.HANDLER_HTTP_SERVER_CODEC;
        OneAtATime.watch(channel, codec);
        RequestDeadline.watch(channel.pipeline(), codec);
        HalfClose.allow(channel, codec);
      }
    }
  }
}
