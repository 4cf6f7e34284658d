package dev.ipauth.relay.queue;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ipauth.relay.smtp.MailFrom;
import dev.ipauth.relay.smtp.NextHop;
import dev.ipauth.relay.smtp.RcptTo;
import dev.ipauth.relay.smtp.Replies;
import dev.ipauth.relay.smtp.Reply;
import dev.ipauth.relay.smtp.Submission;
import dev.ipauth.tables.QueuedMessage;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is kept, and what the device hears, when writes fail. */
class KeepingDeliveryFaultsTest extends WithAQueue {

  KeepingDeliveryFaultsTest(@TempDir Path folder) {
    super(folder);
  }

  /**
   * Whichever write fails, before it is done or after, and whether the table is back at once or
   * only when the device has heard: a 250 is true for every recipient, and what the device hears as
   * refused isn't kept, so that it doesn't arrive twice.
   */
  @ParameterizedTest
  @CsvSource({
    "250 250, 354, 451,",
    "450 250, 354, 250,",
    "450 250, 354, 451,",
    "450 250, 354, 554,",
    "450 450, 354, 250,",
    "250 lost, 354, 250,",
    "250 250, lost, 250,",
    "250 250, 354, lost,",
    "530, 354, 250,",
    "250 250, 354, silent, 250",
    "250 250, 354, silent, 451",
    "250 250, 354, silent, lost",
    "450 250, 354, silent, 250",
    "450 250, 354, silent, 451",
    "450 250, 354, silent, 530",
    "250 250, 354, silent, 554",
    "450 250, 354, silent, 554"
  })
  void aFaultAtEveryWrite(String toRecipients, String toData, String toEnd, @Nullable String late)
      throws IOException {
    endTimeout = late == null ? endTimeout : Duration.ofMillis(1);
    boolean wasReached = true;
    for (int write = 1; wasReached; write++) {
      for (boolean isDone : List.of(false, true)) {
        for (boolean staysAway : List.of(false, true)) {
          var hop = new ScriptedDelivery(words(toRecipients), toData, toEnd);
          var fault = new FakeQueueTable.Fault(write, isDone, staysAway);
          aFault(fault, hop, late);
          wasReached = table.writes >= write;
        }
      }
    }
  }

  private void aFault(FakeQueueTable.Fault fault, ScriptedDelivery hop, @Nullable String late)
      throws IOException {
    table.rows.clear();
    table.writes = 0;
    table.fault = fault;
    events.delivered.clear();
    events.bounced.clear();

    Heard heard = late == null ? send(hop) : sendToASilentOne(hop, late);

    String which = fault + ": " + heard;
    if (heard.end() != null && heard.end().startsWith("250")) {
      eventually(() -> isBack() && !underWay.isAt("id1") && nobodyIsAtIt(), which);
      assertEquals(acknowledged(heard), safe(hop), which);
      assertEquals("554".equals(late) ? hop.refused : List.of(), events.bounced, which);
      assertToldOfAll(heard, which);
      for (QueuedMessage row : rows()) {
        assertText(row);
      }
    } else {
      eventually(() -> isBack() && !underWay.isAt("id1") && keptRecipients().isEmpty(), which);
      assertEquals(List.of(), hop.has, which);
      assertEquals(List.of(), events.bounced, "the device has heard: " + which);
    }
  }

  /** The table, whatever it was away for. */
  private boolean isBack() {
    table.isAway = false;
    return true;
  }

  /** It answers when the write that fails has failed, or else when the device has heard. */
  private Heard sendToASilentOne(ScriptedDelivery hop, String late) {
    CompletableFuture<Heard> heard =
        CompletableFuture.supplyAsync(
            () -> send(hop, "a@x", "b@x", "c@x"), Thread::startVirtualThread);
    eventually(
        () -> heard.isDone() || (hop.isSilent && table.writes >= table.fault.write()), "it hears");
    loop.execute(() -> hop.sayLate(late));
    return heard.orTimeout(20, TimeUnit.SECONDS).join();
  }

  /** With the next hop, kept, or given up, and then told of. */
  private List<String> safe(ScriptedDelivery hop) {
    return Stream.of(hop.has, keptRecipients(), events.bounced)
        .flatMap(List::stream)
        .sorted()
        .toList();
  }

  /** Each of them may have to be taken back, and that takes memory and room until it is done. */
  @Test
  void aTableThatIsAwayForAnHourCostsNoMoreThanSoMuch() {
    isDown = true;
    table.isAway = true;
    var delivery = delivery(new ScriptedDelivery(List.of(), "354", "250"));
    for (int i = 0; i < DeferredWork.MOST + 100; i++) {
      assertEquals("451", code(sendOne(delivery, "m" + i)));
    }
    assertEquals(DeferredWork.MOST, texts(), "texts of what may have to be taken back");

    table.isAway = false;

    eventually(() -> texts() == 0, "the texts go when the table is back");
    eventually(() -> "250".equals(code(sendOne(delivery, "after"))), "kept again");
    assertEquals(1, room.keptMessages());
  }

  private int texts() {
    return folder.resolve("texts").toFile().list((_, name) -> name.startsWith("m")).length;
  }

  private Reply sendOne(KeepingDelivery delivery, String id) {
    var from = new MailFrom("scans@example.com", -1, false, false, null, null);
    on(delivery, d -> d.begin(new Submission(id, user, from)));
    on(delivery, d -> d.recipient(new RcptTo("a@x", null, null)));
    on(delivery, NextHop::data);
    return on(
        delivery,
        d -> {
          d.text(Unpooled.copiedBuffer(TEXT, US_ASCII));
          d.flush();
          return d.finish();
        });
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aDeviceThatGoesAwayWithinItsTextLeavesNothingHeld(boolean nextHopIsDown) {
    isDown = nextHopIsDown;
    var delivery = delivery(new ScriptedDelivery(List.of("250"), "354", "250"));
    on(delivery, d -> d.begin(mail(1000)));
    on(delivery, d -> d.recipient(new RcptTo("a@x", null, null)));
    on(
        delivery,
        d -> {
          d.text(Unpooled.copiedBuffer(TEXT, US_ASCII));
          return CompletableFuture.completedStage(Replies.OK);
        });
    assertTrue(held.held() > 0);
    assertFalse(room.reserve(OTHERS, 1_000_000));

    CompletableFuture.runAsync(delivery::abandon, loop).join();

    assertEquals(0, held.held());
    othersTake(1_000_000);
  }
}
