package dev.ipauth.local;

import dev.ipauth.local.http.ForwardedAddress;
import dev.ipauth.relay.fault.OnceAMinute;
import dev.ipauth.relay.limits.Limits;
import dev.ipauth.relay.limits.Limits.Admission;
import dev.ipauth.relay.limits.Rates;
import dev.ipauth.tables.IpAddress;
import io.micronaut.context.event.BeanCreatedEvent;
import io.micronaut.context.event.BeanCreatedEventListener;
import io.micronaut.http.server.netty.NettyServerCustomizer;
import io.netty.channel.Channel;
import jakarta.inject.Singleton;
import java.lang.System.Logger.Level;
import java.net.InetSocketAddress;
import java.time.Duration;

/**
 * Bounds the connections to the API and the dashboard. Each takes memory and a file descriptor of
 * the process that the mail goes through, too: whoever only holds connections there would stop it.
 * On AWS, API Gateway sees to it.
 */
@Singleton
final class HttpConnections implements BeanCreatedEventListener<NettyServerCustomizer.Registry> {
  static final int MOST = 1000;
  static final int MOST_OF_AN_ADDRESS = 250;

  private static final System.Logger LOG = System.getLogger("http");

  private final ForwardedAddress proxies;
  private final Limits ofProxies = limits(0);
  private final Limits ofOthers = limits(MOST_OF_AN_ADDRESS);
  private final OnceAMinute line = new OnceAMinute();

  HttpConnections(ForwardedAddress proxies) {
    this.proxies = proxies;
  }

  private static Limits limits(int perAddress) {
    var rates = new Rates(MOST, perAddress, 0, 0, 0, 0, Duration.ZERO);
    return new Limits(rates, System::nanoTime, _ -> {});
  }

  @Override
  public NettyServerCustomizer.Registry onCreated(
      BeanCreatedEvent<NettyServerCustomizer.Registry> event) {
    event.getBean().register(new Customizer());
    return event.getBean();
  }

  private final class Customizer implements NettyServerCustomizer {
    @Override
    public NettyServerCustomizer specializeForChannel(Channel connection, ChannelRole role) {
      if (role == ChannelRole.CONNECTION
          && connection.remoteAddress() instanceof InetSocketAddress from) {
        admit(connection, IpAddress.of(from.getAddress()));
      }
      return this;
    }
  }

  /** Closes a connection that there is no place for. */
  void admit(Channel connection, IpAddress from) {
    Limits limits = proxies.isProxy(from) ? ofProxies : ofOthers;
    switch (limits.connect(from)) {
      case Admission.Admitted(Limits.Place place) ->
          connection.closeFuture().addListener(_ -> place.leave());
      case Admission.Refused _ -> {
        if (line.isDue()) {
          LOG.log(
              Level.WARNING,
              "Too many connections to the API: no more than "
                  + MOST
                  + " are taken at once, and of one address no more than "
                  + MOST_OF_AN_ADDRESS
                  + ", save from TRUSTED_HTTP_PROXIES");
        }
        connection.close();
      }
    }
  }
}
