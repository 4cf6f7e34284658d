package dev.ipauth.tidy;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * What is done again and again goes through the relay's {@code Chores}, which outlive an exception.
 * The JDK's schedulers drop a task at its first one without a word, and a task that schedules
 * itself again at its end is lost likewise. So every schedule of the product is listed here; what
 * is done once needs no more than that.
 */
class ScheduledWorkTest {
  private static final Pattern AGAIN =
      Pattern.compile(
          "scheduleAtFixedRate|scheduleWithFixedDelay|java\\.util\\.Timer\\b|@Scheduled");
  private static final Pattern ONCE =
      Pattern.compile(
          "\\.\\s*schedule\\(|delayedExecutor\\("
              + "|newScheduledThreadPool|newSingleThreadScheduledExecutor");

  @Test
  void whatIsDoneAgainAndAgainIsAChore() {
    assertEquals(new TreeSet<>(Set.of("relay/operation/Chores.java")), sources(AGAIN));
  }

  @Test
  void whatElseIsScheduledIsDoneOnce() {
    var known =
        new TreeSet<>(
            Set.of(
                // The chores' own clock.
                "relay/operation/Chores.java",
                // One connection's: when it has taken too long. The wait for its first MAIL looks
                // again every few seconds; its session and idle deadlines hold without it.
                "relay/wire/Deadlines.java",
                "relay/wire/Farewell.java",
                "relay/wire/SmtpConnection.java",
                "relay/proxy/ProxyHandler.java",
                // One exchange with the next hop, or the end of one.
                "relay/onward/AwaitedReplies.java",
                "relay/onward/NextHopConnection.java",
                "relay/onward/Outflow.java",
                "relay/queue/KeepingDelivery.java",
                // One wait of a device for the disk.
                "relay/queue/HeldText.java",
                // Whoever waits at the gate; each message that passed looks again a minute later.
                "relay/onward/Gate.java",
                // The next probe, which whatever became of the one before makes.
                "relay/onward/NextHopHealth.java",
                // Only a record whose name is schedule.
                "relay/queue/MailQueue.java",
                // Kept connections and files: a sweep that failed is begun anew with the next one
                // kept.
                "relay/onward/ConnectionPool.java",
                "relay/queue/SpareFiles.java",
                // The end of one lookup.
                "relay/access/LookupClock.java",
                // The end of a training run.
                "local/AotTraining.java",
                // One request's.
                "local/RequestDeadline.java"));
    assertEquals(known, sources(ONCE));
  }

  private static Set<String> sources(Pattern sign) {
    return SourceTree.javaOfTheProduct().stream()
        .filter(file -> sign.matcher(SourceTree.read(file)).find())
        .map(file -> file.toString().replaceFirst(".*/dev/ipauth/", ""))
        .collect(Collectors.toCollection(TreeSet::new));
  }
}
