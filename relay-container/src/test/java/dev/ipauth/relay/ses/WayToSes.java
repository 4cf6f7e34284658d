package dev.ipauth.relay.ses;

import dev.ipauth.relay.onward.NextHopEvents;
import dev.ipauth.relay.onward.NextHopUrl;
import dev.ipauth.relay.onward.Onward;
import dev.ipauth.relay.onward.OnwardSettings;
import dev.ipauth.relay.onward.OnwardSettings.Timeouts;
import dev.ipauth.relay.onward.Pace;
import dev.ipauth.relay.onward.Steps;
import dev.ipauth.relay.queue.HeldTexts;
import dev.ipauth.relay.transport.Transport;
import io.netty.channel.EventLoop;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;

/** A relay's way to a {@link FakeSes}. Set it up, then {@link #open} it. */
final class WayToSes {
  private static final Transport TRANSPORT = Transport.nio(1);
  static final EventLoop LOOP = TRANSPORT.eventLoops().next();

  private final URI endpoint;
  private final Path folder;
  private final NextHopEvents events;

  AwsCredentialsProvider credentials =
      StaticCredentialsProvider.create(AwsBasicCredentials.create(FakeSes.KEY, FakeSes.SECRET));
  Timeouts timeouts = Timeouts.DEFAULT;
  Pace pace = Pace.UNLIMITED;
  Steps steps = Steps.unwatched();
  @Nullable Path authorities;

  /**
   * @param folder for texts that are held
   */
  WayToSes(URI endpoint, Path folder, NextHopEvents events) {
    this.endpoint = endpoint;
    this.folder = folder;
    this.events = events;
  }

  Onward open() {
    var ses =
        new SesSettings(
            "eu-central-1", endpoint, authorities, "office", "postmaster@relay.example", timeouts);
    var texts = new HeldTexts(new HeldTexts.Bounds(100_000, folder), Duration.ofMinutes(1));
    var onward =
        new OnwardSettings(
            new NextHopUrl.Ses("eu-central-1"),
            "relay.example",
            null,
            authorities,
            null,
            timeouts,
            Duration.ofSeconds(5),
            1,
            pace);
    return new Onward(
        onward,
        TRANSPORT,
        events,
        (gate, health) -> new SesFarSide(ses, credentials, texts, gate, health, steps));
  }
}
