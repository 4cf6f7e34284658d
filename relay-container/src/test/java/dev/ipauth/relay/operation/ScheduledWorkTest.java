package dev.ipauth.relay.operation;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * What is done again and again goes through {@link Chores}, which outlive an exception. The JDK's
 * schedulers drop a task at its first one without a word, and a task that schedules itself again at
 * its end is lost likewise. So every schedule of the product is listed here; what is done once
 * needs no more than that.
 */
class ScheduledWorkTest {
  private static final Path REPOSITORY = Path.of("..");
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
                // Kept connections: a sweep that failed is begun anew with the next one kept.
                "relay/onward/ConnectionPool.java",
                // The end of one lookup.
                "relay/access/LookupClock.java",
                // The end of a training run.
                "local/AotTraining.java",
                // One request's.
                "local/RequestDeadline.java"));
    assertEquals(known, sources(ONCE));
  }

  private static Set<String> sources(Pattern sign) {
    var found = new ProductSources();
    try {
      Files.walkFileTree(REPOSITORY, found);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return found.files.stream()
        .filter(file -> sign.matcher(read(file)).find())
        .map(file -> file.toString().replaceFirst(".*/dev/ipauth/", ""))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** Stays out of the folders where files come and go while other modules are built. */
  private static final class ProductSources extends SimpleFileVisitor<Path> {
    private static final Set<String> NOT_OURS =
        Set.of(".git", ".aws-sam", "target", "node_modules");
    private final List<Path> files = new ArrayList<>();

    @Override
    public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
      boolean skipped = NOT_OURS.contains(folder.getFileName().toString());
      return skipped ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
      String path = file.toString();
      if (path.endsWith(".java") && path.contains("/src/main/")) {
        files.add(file);
      }
      return FileVisitResult.CONTINUE;
    }

    /** Gone since its folder was read, so it is no source. */
    @Override
    public FileVisitResult visitFileFailed(Path file, IOException gone) {
      return FileVisitResult.CONTINUE;
    }
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
