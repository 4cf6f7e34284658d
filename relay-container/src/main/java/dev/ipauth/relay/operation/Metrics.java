package dev.ipauth.relay.operation;

import dev.ipauth.relay.access.LookupMeter;
import dev.ipauth.relay.access.Lookups;
import dev.ipauth.relay.limits.Limit;
import dev.ipauth.relay.onward.NextHopEvents;
import dev.ipauth.relay.queue.MailQueue;
import dev.ipauth.relay.queue.QueueEvents;
import dev.ipauth.relay.smtp.Event;
import dev.ipauth.relay.smtp.Reply;
import dev.ipauth.relay.wire.SmtpServer;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufAllocatorMetricProvider;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The relay's figures. Every name stands here once, with its help text; {@code
 * infra/docs/METRICS.md} is made of them. Labels come from a fixed set of words, never from
 * outside.
 *
 * <p>Thread-safe; nothing here blocks or fails.
 */
public final class Metrics implements Event.Journal, SmtpServer.Watch, EventLog.Watch {
  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final Counters<Outcome> messages;
  private final Counters<Event.Reason> refusals;
  private final Counters<Limit> limits;
  private final DistributionSummary messageBytes;
  private final Timer messageTime;
  private final Counter connections;
  private final Counter linesLost;
  private final Counter refusalsWithoutLine;

  /** What became of a message whose text was read to its end. */
  enum Outcome {
    ACCEPTED,
    TRY_LATER,
    REFUSED;

    static Outcome of(Reply reply) {
      if (reply.isPositive()) {
        return ACCEPTED;
      }
      return reply.isTransient() ? TRY_LATER : REFUSED;
    }
  }

  public Metrics() {
    messages =
        new Counters<>(
            registry,
            Outcome.class,
            "relay.messages",
            "outcome",
            "Messages whose text was read to its end, by what the device was told.");
    refusals =
        new Counters<>(
            registry,
            Event.Reason.class,
            "relay.refusals",
            "reason",
            "Commands, messages and connections that were refused.");
    limits =
        new Counters<>(
            registry, Limit.class, "relay.limits.reached", "limit", "Refusals by a limit.");
    messageBytes =
        DistributionSummary.builder("relay.message.size")
            .baseUnit("bytes")
            .description("Size of the messages whose text was read to its end.")
            .register(registry);
    messageTime =
        Timer.builder("relay.message.duration")
            .description("From MAIL to the reply to the message.")
            .publishPercentileHistogram()
            .maximumExpectedValue(Duration.ofMinutes(5))
            .register(registry);
    connections =
        Counter.builder("relay.connections")
            .description("Connections that were taken.")
            .register(registry);
    linesLost =
        Counter.builder("relay.log.lines.lost")
            .description("Event lines that standard output didn't take in time.")
            .register(registry);
    refusalsWithoutLine =
        Counter.builder("relay.log.refusals.without.line")
            .description("Refusals that repeated, and were summed in another's line or left out.")
            .register(registry);
    new JvmMemoryMetrics().bindTo(registry);
    if (ByteBufAllocator.DEFAULT instanceof ByteBufAllocatorMetricProvider buffers) {
      Gauge.builder("relay.direct.memory", buffers.metric()::usedDirectMemory)
          .baseUnit("bytes")
          .description("Memory outside the heap that the connections' buffers have taken.")
          .register(registry);
    }
    new ProcessorMetrics().bindTo(registry);
  }

  @Override
  public void record(Event event) {
    switch (event) {
      case Event.Message message -> {
        messages.count(Outcome.of(message.reply()));
        messageBytes.record((double) message.bytes());
        messageTime.record(Duration.ofMillis(message.millis()));
      }
      case Event.Refused refused -> refusals.count(refused.reason());
    }
  }

  @Override
  public void connected() {
    connections.increment();
  }

  @Override
  public void encrypted(String version) {
    Counter.builder("relay.tls.handshakes")
        .description("Connections that became encrypted.")
        .tag("version", version)
        .register(registry)
        .increment();
  }

  /** Somebody was refused by a limit. */
  public void reached(Limit limit) {
    limits.count(limit);
  }

  @Override
  public void refusalsWithoutLine(long count) {
    refusalsWithoutLine.increment((double) count);
  }

  @Override
  public void linesLost(long count) {
    linesLost.increment((double) count);
  }

  /** Shows how much the envelopes and headers of messages under way hold. */
  public void watchHeaders(Supplier<Number> held) {
    Gauge.builder("relay.headers.held", held)
        .baseUnit("bytes")
        .description(
            "Memory held by the envelopes and headers of messages under way (`HEADERS_HELD_BYTES`).")
        .register(registry);
  }

  /** Shows how many connections are open. */
  public void watchOpenConnections(Supplier<Number> open) {
    Gauge.builder("relay.connections.open", open)
        .description("Connections that are open now.")
        .register(registry);
  }

  /**
   * Something that the relay depends on, watched from now on.
   *
   * @param name for lines and labels, such as {@code next-hop}
   */
  public Dependency dependency(String name, EventLog log) {
    return new Dependency(name, log::note, registry, System::nanoTime);
  }

  /** Counts what goes on at the next hop. */
  public NextHopEvents nextHop(Dependency nextHop) {
    return new NextHopMeter(registry, nextHop);
  }

  /** Says what the queue does. */
  public QueueEvents queue(EventLog log) {
    return new QueueLog(
        log, registry, dependency("queue-table", log), dependency("queue-texts", log));
  }

  /** Shows what is kept, and whether the next hop is held to be down. */
  public void watchQueue(Supplier<MailQueue.Kept> kept, BooleanSupplier nextHopIsDown) {
    Gauge.builder("relay.queue.messages", () -> kept.get().messages())
        .description("Messages that are kept until they are delivered.")
        .register(registry);
    Gauge.builder("relay.queue.bytes", () -> kept.get().bytes())
        .description("Octets of their texts.")
        .register(registry);
    Gauge.builder("relay.queue.held.bytes", () -> kept.get().heldBytes())
        .description("Octets that passing messages hold in memory, so that they can still be kept.")
        .register(registry);
    Gauge.builder("relay.queue.oldest.seconds", () -> kept.get().oldest().toSeconds())
        .description("The age of the oldest message that is kept; 0 when there is none.")
        .register(registry);
    Gauge.builder("relay.queue.set.aside", () -> kept.get().setAside())
        .description("Messages that are set aside because they are damaged.")
        .register(registry);
    Gauge.builder("relay.next.hop.down", () -> nextHopIsDown.getAsBoolean() ? 1 : 0)
        .description("Whether the next hop is held to be down: 1, or 0.")
        .register(registry);
  }

  /** Counts lookups. */
  public Lookups.Meters lookups(Dependency tables) {
    return new Lookups.Meters(
        lookups("username"), lookups("address"), lookups("probe"), new WatchedTables(tables));
  }

  private record WatchedTables(Dependency tables) implements Lookups.TableWatch {
    @Override
    public void worked() {
      tables.worked();
    }

    @Override
    public void failed(String cause) {
      tables.failed(cause);
    }
  }

  private LookupMeter lookups(String by) {
    return new TableReads(
        lookupCounter(by, "hit"),
        lookupCounter(by, "read"),
        lookupCounter(by, "failed"),
        Timer.builder("relay.lookup.duration")
            .description("How long reads of the tables took, those given up included.")
            .tag("by", by)
            .register(registry));
  }

  private Counter lookupCounter(String by, String result) {
    return Counter.builder("relay.lookups")
        .description("Lookups: answered from memory (hit), by a read, or not at all (failed).")
        .tag("by", by)
        .tag("result", result)
        .register(registry);
  }

  private record TableReads(Counter hits, Counter reads, Counter failures, Timer time)
      implements LookupMeter {
    @Override
    public void hit() {
      hits.increment();
    }

    @Override
    public void read(Duration took, @Nullable Throwable failure) {
      (failure == null ? reads : failures).increment();
      time.record(took);
    }
  }

  /** All of them, in Prometheus' text format. */
  public String scrape() {
    return registry.scrape();
  }
}
