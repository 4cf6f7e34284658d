package dev.ipauth.functions.dashboard;

import dev.ipauth.functions.caller.Issuer;
import dev.ipauth.functions.dashboard.DashboardSettings.RelayDoor;
import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.serde.annotation.Serdeable;
import io.swagger.v3.oas.annotations.Hidden;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What the page must know before anybody has signed in. All of it is public. */
@Hidden
@Controller("/dashboard.json")
final class StartController {
  /**
   * The settings that the page starts with.
   *
   * @param signIn {@code openid}, {@code account_name} or {@code key}
   * @param token {@code access_token} or {@code id_token}
   */
  @Serdeable
  record Start(
      String signIn,
      String issuer,
      @Nullable String clientId,
      String scope,
      String audience,
      String token,
      Relay relay) {}

  /**
   * Where devices reach the relay.
   *
   * @param cacheSeconds after how many a change holds everywhere, 1 or more
   * @param onlyPublic whether only addresses that are globally reachable may be nominated
   * @param proofRequired whether somebody at a nominated address has to agree before it counts
   * @param keepsMessages whether there is a record of what was sent and refused
   */
  @Serdeable
  record Relay(
      String hostname,
      List<Integer> startTlsPorts,
      List<Integer> tlsPorts,
      long maxMessageBytes,
      long cacheSeconds,
      boolean onlyPublic,
      boolean proofRequired,
      boolean keepsMessages,
      boolean ipv6) {}

  private final Start start;

  StartController(DashboardSettings settings, Issuer issuer) {
    RelayDoor door = settings.relay();
    start =
        new Start(
            settings.signIn().name().toLowerCase(Locale.ROOT),
            issuer.issuer(),
            settings.clientId(),
            settings.scope(),
            issuer.audience(),
            settings.token().name().toLowerCase(Locale.ROOT),
            new Relay(
                door.hostname(),
                door.startTlsPorts(),
                door.tlsPorts(),
                door.maxMessageBytes(),
                // Rounded up, so that what is promised holds.
                door.cacheTtl().plusNanos(999_999_999).toSeconds(),
                door.onlyPublic(),
                door.proofRequired(),
                door.keepsMessages(),
                door.ipv6()));
  }

  @Get
  HttpResponse<Start> start() {
    return HttpResponse.ok(start)
        .header(HttpHeaders.CACHE_CONTROL, "no-cache")
        .header("X-Content-Type-Options", "nosniff");
  }
}
