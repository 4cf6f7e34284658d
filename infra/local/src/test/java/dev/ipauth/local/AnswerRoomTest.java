package dev.ipauth.local;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ipauth.local.AnswerRoom.Share;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** However much is asked for and not read, it has an end, and others have room. */
class AnswerRoomTest {
  private static final long HEAP = 128 << 20;
  private static final long BUDGET = HEAP / 4;
  private static final long PLACES = 4;
  private static final long LARGE = AnswerRoom.LARGEST;

  private final AnswerRoom room = new AnswerRoom(HEAP, Duration.ZERO);

  @Test
  void onlySoManyAreMadeAtOnce() throws InterruptedException {
    List<Share> making = new ArrayList<>();
    for (Optional<Share> one = room.enter("acme"); one.isPresent(); one = room.enter("acme")) {
      making.add(one.get());
    }

    assertEquals(PLACES, making.size());
    making.getFirst().made();
    assertTrue(room.enter("globex").isPresent());
  }

  @Test
  void whoReadsNothingLeavesRoomToOthers() throws InterruptedException {
    int unread = unread("acme", LARGE);

    assertTrue(unread >= 2, "Some are taken before anybody minds: " + unread);
    assertTrue(room.taken() <= BUDGET / 2, "It has taken " + room.taken());
    assertTrue(unread("globex", LARGE) >= 1);
  }

  /** Each may take a little less than the one before, and all together no more than there is. */
  @Test
  void allTogetherHaveNoMoreThanThereIs() throws InterruptedException {
    for (int account = 0; account < 100; account++) {
      unread("account-" + account, LARGE);
    }

    assertTrue(room.taken() <= BUDGET, "All have taken " + room.taken());
  }

  @Test
  void whatIsReadMakesRoom() throws InterruptedException {
    Share first = room.enter("acme").orElseThrow();
    first.made();
    first.is(BUDGET);
    assertTrue(room.enter("acme").isEmpty());

    first.end();
    first.end();

    assertEquals(0, room.taken());
    assertTrue(room.enter("acme").isPresent());
  }

  /** Another account's one needn't wait for all of those that were there before it. */
  @Test
  void accountsAreLetInByTurns() throws InterruptedException {
    var patient = new AnswerRoom(HEAP, Duration.ofMinutes(1));
    List<Share> making = new ArrayList<>();
    for (int place = 0; place < PLACES; place++) {
      making.add(patient.enter("acme").orElseThrow());
    }
    var seconds = List.of(enter(patient, "acme"), enter(patient, "acme"));
    waitUntilWaiting(patient, 2);
    var other = enter(patient, "globex");
    waitUntilWaiting(patient, 3);

    making.get(0).end();
    making.get(1).end();

    assertTrue(other.join().isPresent());
    assertTrue(CompletableFuture.anyOf(seconds.toArray(CompletableFuture[]::new)).join() != null);
    assertEquals(1, patient.waiting());
    making.get(2).end();
    seconds.forEach(CompletableFuture::join);
  }

  @Test
  void onlySoManyWait() throws InterruptedException {
    var patient = new AnswerRoom(HEAP, Duration.ofMinutes(1));
    List<Share> making = new ArrayList<>();
    for (int place = 0; place < PLACES; place++) {
      making.add(patient.enter("acme").orElseThrow());
    }
    var waiting = new ArrayList<CompletableFuture<Optional<Share>>>();
    for (int i = 0; i < 100; i++) {
      waiting.add(enter(patient, "acme"));
    }
    waitUntilWaiting(patient, 100);

    assertFalse(patient.enter("acme").isPresent(), "It's told at once");

    making.forEach(Share::end);
    waiting.forEach(one -> one.thenAccept(share -> share.orElseThrow().end()));
    waiting.forEach(CompletableFuture::join);
    assertEquals(0, patient.taken());
  }

  private int unread(String account, long size) throws InterruptedException {
    int unread = 0;
    for (Optional<Share> one = room.enter(account); one.isPresent(); one = room.enter(account)) {
      one.get().made();
      one.get().is(size);
      unread++;
    }
    return unread;
  }

  private static CompletableFuture<Optional<Share>> enter(AnswerRoom room, String account) {
    var entered = new CompletableFuture<Optional<Share>>();
    Thread.ofVirtual()
        .start(
            () -> {
              try {
                entered.complete(room.enter(account));
              } catch (InterruptedException e) {
                entered.completeExceptionally(e);
              }
            });
    return entered;
  }

  private static void waitUntilWaiting(AnswerRoom room, int count) {
    while (room.waiting() < count) {
      Thread.onSpinWait();
    }
  }
}
