package dev.ipauth.relay.queue;

import dev.ipauth.tables.QueuedMessage;
import dev.ipauth.tables.QueuedMessage.Progress;
import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import software.amazon.awssdk.core.exception.SdkException;

/**
 * {@code queue list}, {@code queue retry ID…}, {@code queue drop ID…} and {@code queue drop --user
 * NAME}, also while relays run: every change is a conditional write, which loses to an attempt
 * under way.
 */
public final class QueueCommand {
  public static final String USAGE =
      """
      usage: queue list              what is kept, a line each
             queue retry ID...       try these now
             queue drop ID...        give these up, without a report
             queue drop --user NAME  give up everything of an SMTP user
      """;

  private static final int OK = 0;
  private static final int FAILED = 1;
  private static final int USAGE_FAULT = 2;

  private final QueueTable table;
  private final Predicate<QueuedMessage> forget;
  private final InstantSource clock;
  private final PrintStream out;
  private final PrintStream err;

  QueueCommand(
      QueueTable table,
      Predicate<QueuedMessage> forget,
      InstantSource clock,
      PrintStream out,
      PrintStream err) {
    this.table = table;
    this.forget = forget;
    this.clock = clock;
    this.out = out;
    this.err = err;
  }

  /**
   * Carries out a command.
   *
   * @param words those behind {@code queue}
   * @return the exit status: 0, 1 when something couldn't be done, 2 when it wasn't understood
   */
  public int run(List<String> words) {
    try {
      return carryOut(words);
    } catch (SdkException e) {
      err.println("The queue's table can't be reached: " + e.getMessage());
      return FAILED;
    }
  }

  private int carryOut(List<String> words) {
    String verb = words.isEmpty() ? "" : words.getFirst();
    boolean named = words.size() > 1 && !words.get(1).startsWith("-");
    if (verb.equals("list") && words.size() == 1) {
      return list();
    }
    if (verb.equals("retry") && named) {
      return each(words, this::retry);
    }
    if (verb.equals("drop") && named) {
      return each(words, this::drop);
    }
    if (verb.equals("drop") && words.size() == 3 && words.get(1).equals("--user")) {
      return dropAllOf(words.get(2));
    }
    return usage();
  }

  private int usage() {
    err.print(USAGE);
    return USAGE_FAULT;
  }

  // --- list --------------------------------------------------------------------------------------

  private int list() {
    Instant now = clock.instant();
    rows().stream()
        .sorted(Comparator.comparing(QueuedMessage::acceptedAt))
        .forEach(message -> out.println(line(message, now)));
    return OK;
  }

  private List<QueuedMessage> rows() {
    return table.readable((id, why) -> err.println(id + "\tset aside: " + why));
  }

  private static String line(QueuedMessage message, Instant now) {
    Progress progress = message.progress();
    return String.join(
        "\t",
        message.id(),
        age(message, now),
        message.smtpUser() == null ? "-" : message.smtpUser(),
        "<" + message.sender().address() + ">",
        Integer.toString(message.waiting().size()),
        Integer.toString(progress.attempts()),
        message.isUnderWay(now) ? "under way" : progress.due().toString(),
        progress.lastReply() == null ? "-" : progress.lastReply());
  }

  private static String age(QueuedMessage message, Instant now) {
    return Duration.ofSeconds(Duration.between(message.acceptedAt(), now).toSeconds()).toString();
  }

  // --- retry, drop -------------------------------------------------------------------------------

  private interface Change {
    /**
     * @return false when somebody was faster
     */
    boolean of(QueuedMessage message);
  }

  private int each(List<String> words, Change change) {
    int status = OK;
    for (String id : words.subList(1, words.size())) {
      status = Math.max(status, one(id, change));
    }
    return status;
  }

  private int one(String id, Change change) {
    Optional<QueuedMessage> message = table.read(id);
    if (message.isEmpty()) {
      err.println(id + ": no such message in the queue");
      return FAILED;
    }
    if (message.get().isUnderWay(clock.instant()) || !change.of(message.get())) {
      err.println(id + ": under way; try again in a moment");
      return FAILED;
    }
    return OK;
  }

  private boolean retry(QueuedMessage message) {
    Progress before = message.progress();
    var now =
        new Progress(
            before.attempts(), clock.instant(), null, before.lastReply(), before.delayReported());
    return table.move(message, message.moved(now));
  }

  private boolean drop(QueuedMessage message) {
    boolean dropped = forget.test(message);
    if (dropped) {
      out.println(message.id() + "\tdropped");
    }
    return dropped;
  }

  private int dropAllOf(String user) {
    return rows().stream()
        .filter(message -> user.equals(message.smtpUser()))
        .mapToInt(message -> one(message.id(), this::drop))
        .max()
        .orElse(OK);
  }
}
