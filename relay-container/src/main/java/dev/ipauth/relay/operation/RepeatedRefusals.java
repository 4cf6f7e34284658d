package dev.ipauth.relay.operation;

import static java.util.Objects.requireNonNull;

import dev.ipauth.relay.limits.Source;
import dev.ipauth.relay.smtp.Access.Identity;
import dev.ipauth.relay.smtp.Event;
import dev.ipauth.relay.smtp.Reply;
import dev.ipauth.tables.IpAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.LinkedHashMap;
import java.util.Queue;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Which refusals get a line of their own. A stranger can make a relay refuse something thousands of
 * times a second, and lines cost money. So the first few of one kind from one address in a minute
 * get a line each, and those behind them one line together, every ten seconds while they go on. Of
 * all addresses together no more than so many lines a second are written.
 *
 * <p>What those hold that have no line yet is bounded: one may be of a hundred long addresses.
 * Where there is no room for all of one, its line lacks most of them; where there is none for that,
 * only how many there were is told.
 *
 * <p>Not thread-safe: the log's writer asks.
 */
final class RepeatedRefusals {
  static final int OWN_LINES = 10;
  static final int KINDS = 4096;
  static final int LINES_A_SECOND = 100;
  static final int LINES_AT_ONCE = 1000;
  static final long HELD_OCTETS = 4 << 20;

  private static final long MINUTE = Duration.ofMinutes(1).toNanos();
  private static final long TOGETHER = Duration.ofSeconds(10).toNanos();
  private static final long PER_LINE = Duration.ofSeconds(1).toNanos() / LINES_A_SECOND;

  private final LongSupplier nanoTime;
  private final Lines lines;

  /** Those of the last minute, by its beginning. */
  private final LinkedHashMap<Kind, Repeated> seen = new LinkedHashMap<>();

  /** Those of which some have no line yet, by the first of these. */
  private final Queue<Repeated> together = new ArrayDeque<>();

  /** What these take of memory, about. */
  private long held;

  private long leftOut;
  private long leftOutSince;
  private long paidUntil;

  /** Writes lines. */
  interface Lines {

    /** One that stands for so many refusals, of which this was the last. */
    void refused(Event.Refused last, Instant at, long times);

    /** One for refusals of too many kinds to be told apart. */
    void leftOut(long times);
  }

  private record Kind(
      IpAddress source, Event.Reason reason, Event.What what, @Nullable Identity who) {}

  private static final class Repeated {
    long began;
    int ownLines;
    long times;
    long since;

    /** Held only as long as there is a line to come. */
    @Nullable Last last;

    Repeated(long began) {
      this.began = began;
    }

    long octets() {
      return last == null ? 0 : last.octets();
    }
  }

  private record Last(Event.Refused refused, Instant at, long octets) {

    static Last of(Event.Refused refused, Instant at) {
      return new Last(refused, at, EventLine.octets(refused));
    }
  }

  /**
   * None yet.
   *
   * @param nanoTime monotonic
   */
  RepeatedRefusals(LongSupplier nanoTime, Lines lines) {
    this.nanoTime = nanoTime;
    this.lines = lines;
    this.paidUntil = nanoTime.getAsLong() - LINES_AT_ONCE * PER_LINE;
  }

  /**
   * Takes a refusal, and writes its line where it gets one.
   *
   * @return whether it got one
   */
  boolean take(Event.Refused refused, Instant at) {
    long now = nanoTime.getAsLong();
    Repeated repeated = seen(refused, now);
    if (repeated != null && (repeated.times > 0 || repeated.ownLines >= OWN_LINES)) {
      sum(repeated, refused, at, now);
      return false;
    }
    if (mayWrite(now)) {
      lines.refused(refused, at, 1);
      if (repeated != null) {
        repeated.ownLines++;
      }
      return true;
    }
    if (repeated != null) {
      sum(repeated, refused, at, now);
    } else {
      leaveOut(now);
    }
    return false;
  }

  /** What is known of its kind, or null when there are too many kinds. */
  private @Nullable Repeated seen(Event.Refused refused, long now) {
    forgetOld(now);
    var kind = new Kind(Source.of(refused.ip()), refused.reason(), refused.what(), refused.who());
    Repeated known = seen.get(kind);
    if (known == null && seen.size() < KINDS) {
      known = new Repeated(now);
      seen.put(kind, known);
    } else if (known != null && now - known.began >= MINUTE) {
      known.began = now;
      known.ownLines = 0;
      seen.putLast(kind, known);
    }
    return known;
  }

  private void forgetOld(long now) {
    while (!seen.isEmpty()) {
      Repeated oldest = seen.firstEntry().getValue();
      if (now - oldest.began < MINUTE || oldest.times > 0) {
        return;
      }
      seen.pollFirstEntry();
    }
  }

  private void sum(Repeated repeated, Event.Refused refused, Instant at, long now) {
    boolean isHeld =
        hold(repeated, Last.of(refused, at)) || hold(repeated, Last.of(cut(refused), at));
    if (!isHeld && repeated.last == null) {
      leaveOut(now);
      return;
    }
    if (repeated.times == 0) {
      repeated.since = now;
      together.add(repeated);
    }
    repeated.times++;
  }

  private boolean hold(Repeated repeated, Last last) {
    long more = last.octets() - repeated.octets();
    boolean fits = held + more <= HELD_OCTETS;
    if (fits) {
      held += more;
      repeated.last = last;
    }
    return fits;
  }

  /** What its line can do without is left out. */
  private static Event.Refused cut(Event.Refused refused) {
    return new Event.Refused(
        refused.reason(),
        refused.what(),
        refused.id(),
        refused.who(),
        refused.ip(),
        refused.helo(),
        refused.tls(),
        refused.mailFrom(),
        refused.recipients().stream().limit(1).toList(),
        Reply.of(refused.reply().code(), refused.reply().lines().getFirst()));
  }

  private void leaveOut(long now) {
    leftOutSince = leftOut == 0 ? now : leftOutSince;
    leftOut++;
  }

  /** Pays for a line out of what all of them may cost. */
  private boolean mayWrite(long now) {
    long earliest = now - LINES_AT_ONCE * PER_LINE;
    if (paidUntil - earliest < 0) {
      paidUntil = earliest;
    }
    if (paidUntil - now > -PER_LINE) {
      return false;
    }
    paidUntil += PER_LINE;
    return true;
  }

  /** Writes the lines whose time has come. */
  void writeDue() {
    long now = nanoTime.getAsLong();
    while (!together.isEmpty() && now - together.element().since >= TOGETHER && mayWrite(now)) {
      writeFirst();
    }
    if (leftOut > 0 && now - leftOutSince >= TOGETHER) {
      writeLeftOut();
    }
  }

  /** Writes all that have none yet. */
  void writeAll() {
    while (!together.isEmpty()) {
      writeFirst();
    }
    if (leftOut > 0) {
      writeLeftOut();
    }
  }

  private void writeFirst() {
    Repeated repeated = together.remove();
    Last last = requireNonNull(repeated.last);
    lines.refused(last.refused(), last.at(), repeated.times);
    held -= last.octets();
    repeated.last = null;
    repeated.times = 0;
  }

  private void writeLeftOut() {
    lines.leftOut(leftOut);
    leftOut = 0;
  }

  /** Octets of memory that those without a line hold, about. */
  long held() {
    return held;
  }

  /** How long until {@link #writeDue} has something to do, or null when nothing waits. */
  @Nullable Duration untilDue() {
    if (together.isEmpty() && leftOut == 0) {
      return null;
    }
    long since = together.isEmpty() ? leftOutSince : together.element().since;
    long left = TOGETHER - (nanoTime.getAsLong() - since);
    return Duration.ofNanos(Math.max(left, PER_LINE));
  }
}
