package dev.ipauth.relay.queue;

import dev.ipauth.relay.queue.QueueTable.Damaged;
import dev.ipauth.tables.QueueDrop.By;
import dev.ipauth.tables.QueueDrop.Refusal;
import dev.ipauth.tables.QueueRows;
import dev.ipauth.tables.QueuedMessage;
import dev.ipauth.tables.QueuedMessage.Progress;
import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
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

  private static final Pattern CONTROL = Pattern.compile("\\p{Cc}");

  private static final int OK = 0;
  private static final int FAILED = 1;
  private static final int USAGE_FAULT = 2;

  private final QueueTable table;
  private final InstantSource clock;
  private final PrintStream out;
  private final PrintStream err;

  QueueCommand(QueueTable table, InstantSource clock, PrintStream out, PrintStream err) {
    this.table = table;
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
      return each(words.subList(1, words.size()), this::retry);
    }
    if (verb.equals("drop") && named) {
      return each(words.subList(1, words.size()), this::drop);
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
    messages(this::print).forEach(message -> out.println(line(message, now)));
    return OK;
  }

  private void print(Damaged row) {
    if (!row.isDropped()) {
      out.println(line(row.id(), "-", "-", "-", "-", "-", "set aside", row.why()));
    }
  }

  /** All of them, the oldest first. */
  private List<QueuedMessage> messages(Consumer<Damaged> damaged) {
    var messages = new ArrayList<QueuedMessage>();
    table.forEachMessage(messages::add, damaged);
    messages.sort(Comparator.comparing(QueuedMessage::acceptedAt));
    return messages;
  }

  private static String line(QueuedMessage message, Instant now) {
    Progress progress = message.progress();
    String setAside = message.mark().setAside();
    String sender = message.sender().address();
    return line(
        message.id(),
        age(message, now),
        message.smtpUser() == null ? "-" : message.smtpUser(),
        sender.isEmpty() ? "<>" : sender,
        Integer.toString(message.waiting().size()),
        Integer.toString(progress.attempts()),
        setAside != null ? "set aside" : next(message, now),
        setAside != null ? setAside : said(progress));
  }

  private static String line(String... fields) {
    return Arrays.stream(fields)
        .map(field -> CONTROL.matcher(field).replaceAll(" "))
        .collect(Collectors.joining("\t"));
  }

  private static String next(QueuedMessage message, Instant now) {
    return message.isUnderWay(now) ? "under way" : message.progress().due().toString();
  }

  private static String said(Progress progress) {
    return progress.lastReply() == null ? "-" : progress.lastReply();
  }

  private static String age(QueuedMessage message, Instant now) {
    return Duration.ofSeconds(message.age(now).toSeconds()).toString();
  }

  // --- retry, drop -------------------------------------------------------------------------------

  private interface Change {
    /**
     * @return why it can't be; empty when it is
     * @throws QueueRows.DamagedRow when it has to be read for that, and can't be
     */
    Optional<Refusal> to(String id);
  }

  private int each(List<String> ids, Change change) {
    int status = OK;
    for (String id : ids) {
      Optional<String> refusal = refusal(id, change);
      refusal.ifPresent(why -> err.println(id + ": " + why));
      status = refusal.isPresent() ? FAILED : status;
    }
    return status;
  }

  private static Optional<String> refusal(String id, Change change) {
    try {
      return change.to(id).map(QueueCommand::words);
    } catch (QueueRows.DamagedRow e) {
      return Optional.of("can only be dropped: " + e.getMessage());
    }
  }

  private static String words(Refusal refusal) {
    return switch (refusal) {
      case UNKNOWN, DROPPED -> "no such message in the queue";
      case UNDER_WAY -> "under way; try again in a moment";
    };
  }

  private Optional<Refusal> retry(String id) {
    Optional<QueuedMessage> read = table.read(id);
    if (read.isEmpty()) {
      return Optional.of(Refusal.UNKNOWN);
    }
    QueuedMessage message = read.get();
    if (message.mark().droppedBy() != null) {
      return Optional.of(Refusal.DROPPED);
    }
    Instant now = clock.instant();
    boolean moved =
        !message.isUnderWay(now)
            && table.move(message, message.moved(message.progress().dueAt(now)));
    return moved ? Optional.empty() : Optional.of(Refusal.UNDER_WAY);
  }

  private Optional<Refusal> drop(String id) {
    Optional<Refusal> refusal = table.drop(id, By.OPERATOR, clock.instant());
    if (refusal.isEmpty()) {
      out.println(id + "\tdropped");
    }
    return refusal;
  }

  private int dropAllOf(String user) {
    List<String> ids =
        messages(_ -> {}).stream()
            .filter(message -> user.equals(message.smtpUser()))
            .map(QueuedMessage::id)
            .toList();
    return each(ids, this::drop);
  }
}
