package dev.ipauth.relay.onward;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ipauth.relay.onward.FaultyNextHop.Fault;
import dev.ipauth.relay.onward.FaultyNextHop.Stage;
import dev.ipauth.relay.onward.OnwardSettings.Timeouts;
import dev.ipauth.relay.smtp.Replies;
import dev.ipauth.relay.smtp.Reply;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.function.Executable;

/**
 * Every stage, every fault, 1, 2 and 50 recipients, with and without PIPELINING, on a new and on a
 * kept connection: the device hears what it should, no 250 that the next hop didn't say, nothing
 * goes over twice, and the only place that there is at the next hop is free for the next message.
 */
class FaultsTest {

  /**
   * One way for it to go wrong.
   *
   * @param kept whether the connection has carried a message before; then only that one is faulty
   */
  private record Case(Stage stage, Fault fault, int recipients, boolean pipelining, boolean kept) {

    /** Whether the fault shows before anything was asked of the connection that is about mail. */
    boolean isOpening() {
      return stage == Stage.GREETING || stage == Stage.EHLO;
    }

    boolean isSilent() {
      return fault == Fault.SILENCE;
    }

    boolean isTextUnderWay() {
      return switch (stage) {
        case GREETING, EHLO, MAIL, RCPT -> false;
        case DATA -> fault == Fault.TAKEN_AND_CLOSED;
        case TEXT, FINAL_DOT -> true;
      };
    }

    boolean isHidden() {
      return kept && !isTextUnderWay() && (!fault.isRefusal() || isClosedBehindTheFirstAnswer());
    }

    /** It had been closed before anything was asked. */
    private boolean isClosedBehindTheFirstAnswer() {
      boolean first = stage == Stage.MAIL || (stage == Stage.RCPT && recipients == 1);
      return first && fault.closesBehindItsAnswer();
    }

    /** What the device hears at the end of what it wanted. */
    String expected() {
      if (isHidden()) {
        return "250 queued";
      }
      if (isOpening()) {
        return Device.written(Replies.NEXT_HOP_FAILED);
      }
      return switch (fault) {
        case REFUSED_FOR_NOW,
            REFUSED_FOR_GOOD,
            REFUSED_FOR_NOW_AND_CLOSED,
            REFUSED_FOR_GOOD_AND_CLOSED ->
            fault.reply + "";
        case TAKEN_AND_CLOSED ->
            stage == Stage.FINAL_DOT ? "250 queued" : Device.written(Replies.NEXT_HOP_FAILED);
        case UNAVAILABLE ->
            "451 4.3.2 going down"; // said as 421, but the device's connection stays
        case CLOSE, SILENCE, GARBAGE, DISAGREEING_LINES, GO_ON ->
            Device.written(Replies.NEXT_HOP_FAILED);
      };
    }
  }

  /** What came of it. */
  private record Outcome(
      String heard,
      int finalDots,
      List<List<String>> taken,
      int leaked,
      String next,
      List<String> reasons) {}

  @TestFactory
  Stream<DynamicTest> faults() {
    var atOnce = Executors.newFixedThreadPool(16, Thread.ofVirtual().factory());
    var silent =
        Executors.newVirtualThreadPerTaskExecutor(); // they only wait, so all of them at once
    var running = cases().map(each -> test(each, each.isSilent() ? silent : atOnce)).toList();
    assertTrue(running.size() > 400, "cases: " + running.size());
    return running.stream().onClose(atOnce::close).onClose(silent::close);
  }

  private static DynamicTest test(Case each, Executor threads) {
    var running = CompletableFuture.supplyAsync(() -> run(each), threads);
    return DynamicTest.dynamicTest(each.toString(), checking(each, running));
  }

  private static Executable checking(Case each, CompletableFuture<Outcome> running) {
    return () -> {
      Outcome outcome = Device.await(running);
      boolean delivered = outcome.heard().startsWith("250");
      assertAll(
          () -> assertEquals(each.expected(), outcome.heard(), outcome.reasons()::toString),
          () -> assertEquals(delivered ? 1 : 0, outcome.taken().size(), "messages taken"),
          () -> assertTrue(outcome.finalDots() <= 1, "ends of data: " + outcome.finalDots()),
          () -> assertEquals(0, outcome.leaked(), "buffers not released"),
          () -> assertEquals("250 queued", outcome.next(), "the next message"),
          () -> outcome.taken().forEach(to -> assertEquals(each.recipients(), to.size())));
    };
  }

  private static Stream<Case> cases() {
    var cases = new ArrayList<Case>();
    for (Stage stage : Stage.values()) {
      for (Fault fault : Fault.values()) {
        for (int recipients : new int[] {1, 2, 50}) {
          for (boolean pipelining : new boolean[] {true, false}) {
            cases.add(new Case(stage, fault, recipients, pipelining, false));
            cases.add(new Case(stage, fault, recipients, pipelining, true));
          }
        }
      }
    }
    return cases.stream().filter(each -> !each.kept() || !each.isOpening());
  }

  private static Outcome run(Case each) {
    try (var nextHop = new FaultyNextHop(each.pipelining(), each.stage(), each.fault())) {
      var events = new RecordingEvents();
      var onward = new Onward(settings(nextHop, each), Device.TRANSPORT, events);
      var device = new Device(onward);
      if (each.kept()) {
        Device.await(onward.probe(device.eventLoop).toCompletableFuture());
        nextHop.lastFaulty = 1;
      }
      nextHop.armed = true;
      var texts = IntStream.range(0, 3).mapToObj(_ -> line()).toList();
      Reply heard = send(device, each.recipients(), texts);
      device.look(FaultsTest::abandoned);
      int leaked = texts.stream().mapToInt(ByteBuf::refCnt).sum();
      int finalDots = nextHop.finalDots.size();
      var taken = List.copyOf(nextHop.taken);
      nextHop.armed = false;
      Reply next = send(device, 1, List.of(line()));
      return new Outcome(
          Device.written(heard), finalDots, taken, leaked, Device.written(next), events.reasons);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static OnwardSettings settings(FaultyNextHop nextHop, Case each) {
    var limit = each.isSilent() ? Duration.ofSeconds(10) : Duration.ofSeconds(30);
    return new OnwardSettings(
        NextHopAddress.parse("smtp://127.0.0.1:" + nextHop.port()),
        "relay.example",
        null,
        null,
        null,
        new Timeouts(limit, limit, limit, limit),
        Duration.ofHours(1),
        100,
        new Pace(1, 0));
  }

  private static ByteBuf line() {
    return Unpooled.buffer().writeBytes("a line of text\r\n".getBytes(US_ASCII));
  }

  private static boolean abandoned(SmtpDelivery delivery) {
    delivery.abandon();
    return true;
  }

  /** Sends as a device does, in lock step, up to the first refusal. */
  private static Reply send(Device device, int recipients, List<ByteBuf> texts) {
    Reply heard = envelope(device, recipients);
    if (heard.code() != 354) {
      texts.forEach(ByteBuf::release);
      return heard;
    }
    texts.forEach(each -> passOn(device, each));
    return Device.await(device.ask(SmtpDelivery::finish));
  }

  private static Reply envelope(Device device, int recipients) {
    device.look(FaultsTest::begun);
    for (int i = 1; i <= recipients; i++) {
      String name = i == recipients ? "last" : "r" + i;
      var to = Device.rcpt("TO:<" + name + "@example.org>");
      Reply heard = Device.await(device.ask(delivery -> delivery.recipient(to)));
      if (heard.code() != 250) {
        return heard;
      }
    }
    return Device.await(device.ask(SmtpDelivery::data));
  }

  private static boolean begun(SmtpDelivery delivery) {
    delivery.begin(Device.mail("FROM:<a@example.com>"));
    return true;
  }

  private static void passOn(Device device, ByteBuf text) {
    device.look(
        delivery -> {
          delivery.text(text);
          delivery.flush();
          return true;
        });
  }
}
