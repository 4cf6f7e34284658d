package dev.ipauth.relay.ses;

import dev.ipauth.relay.onward.NextHopUrl;
import dev.ipauth.relay.onward.OnwardSettings;
import dev.ipauth.relay.onward.OnwardSettings.Timeouts;
import dev.ipauth.relay.queue.QueueSettings;
import dev.ipauth.settings.Form;
import dev.ipauth.settings.Setting;
import dev.ipauth.settings.Values;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.regions.Region;

/**
 * How SES is asked.
 *
 * @param endpoint without a path
 * @param authorities PEM file of certificates to trust beside the JDK's, null for the JDK's alone
 * @param configurationSet null for none
 * @param nullSender who sends what a device sends without a sender: SES takes no null sender
 */
public record SesSettings(
    String region,
    URI endpoint,
    @Nullable Path authorities,
    @Nullable String configurationSet,
    String nullSender,
    Timeouts timeouts) {

  static final Setting<Optional<String>> NEXT_HOP_SES_CONFIGURATION_SET =
      Setting.optional(
          "NEXT_HOP_SES_CONFIGURATION_SET",
          Form.matching("a configuration set's name", Pattern.compile("[A-Za-z0-9_-]{1,64}")),
          "With `ses://`: the configuration set that messages are sent with.");

  public static final List<Setting<?>> ALL = List.of(NEXT_HOP_SES_CONFIGURATION_SET);

  /** Where there is a queue, reports have a sender that SES takes. */
  public static void check(Values values, Consumer<String> fault) {
    boolean ses = values.find(OnwardSettings.NEXT_HOP).orElse(null) instanceof NextHopUrl.Ses;
    if (ses && QueueSettings.isWanted(values) && !QueueSettings.isBounceFromSet(values)) {
      fault.accept(
          "BOUNCE_FROM must be set with a queue and NEXT_HOP=ses://…: an address that is verified"
              + " there, since Amazon SES takes no null sender.");
    }
  }

  /**
   * Reads them.
   *
   * @param environment for the AWS SDK's own variables
   */
  public static SesSettings from(
      NextHopUrl.Ses nextHop,
      Values values,
      Map<String, String> environment,
      OnwardSettings onward) {
    return new SesSettings(
        nextHop.region(),
        endpoint(nextHop.region(), environment),
        onward.authorities(),
        values.get(NEXT_HOP_SES_CONFIGURATION_SET).orElse(null),
        QueueSettings.bounceFrom(values, onward.hostname()),
        onward.timeouts());
  }

  /** Another one for one service, or for all, as the AWS SDK has it. */
  private static URI endpoint(String region, Map<String, String> environment) {
    String all = environment.getOrDefault("AWS_ENDPOINT_URL", "");
    String given = environment.getOrDefault("AWS_ENDPOINT_URL_SESV2", all);
    if (!given.isEmpty()) {
      return URI.create(given);
    }
    var metadata = Region.of(region).metadata();
    String domain = metadata == null ? "amazonaws.com" : metadata.partition().dnsSuffix();
    return URI.create("https://email." + region + "." + domain);
  }

  /** Whether it is AWS that answers there, and nobody who stands in for it. */
  static boolean isAmazons(URI endpoint) {
    String host = String.valueOf(endpoint.getHost()).toLowerCase(Locale.ROOT);
    return host.endsWith(".api.aws")
        || Region.regions().stream()
            .map(Region::metadata)
            .filter(Objects::nonNull)
            .anyMatch(region -> host.endsWith("." + region.partition().dnsSuffix()));
  }
}
