package dev.ipauth.relay.queue;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ipauth.relay.queue.Room.Owner;
import dev.ipauth.tables.QueuedMessage;
import org.junit.jupiter.api.Test;

class RoomTest {
  private final Room room = new Room(1000);
  private final Owner scanner = new Owner("acme", "scanner");
  private final Owner printer = new Owner("acme", "printer");
  private final Owner copier = new Owner("acme", "copier");
  private final Owner other = new Owner("globex", "globex-1");

  @Test
  void oneUserFillsAQuarter() {
    assertTrue(room.reserve(scanner, 250));
    assertFalse(room.reserve(scanner, 1));
    assertTrue(room.reserve(printer, 250));
  }

  @Test
  void oneAccountFillsAHalf() {
    assertTrue(room.reserve(scanner, 250));
    assertTrue(room.reserve(printer, 250));
    assertFalse(room.reserve(copier, 1));
    assertTrue(room.reserve(other, 250));
  }

  @Test
  void whatIsGivenBackIsThereAgain() {
    assertTrue(room.reserve(scanner, 250));
    room.giveBack(scanner, 250);
    assertTrue(room.reserve(scanner, 250));
  }

  @Test
  void whatIsKeptCountsUntilItIsGone() {
    var message = Messages.to("a@example.net");
    Room.Count count = room.new Count();
    count.add(message);
    count.end();
    assertEquals(1, room.keptMessages());
    room.keep(message);
    assertEquals(2, room.keptMessages());
    room.remove(message);
    assertEquals(1, room.keptMessages());
  }

  /** Of texts of a few octets a disk has no room for as many as their octets say. */
  @Test
  void smallMessagesAreCountedToo() {
    var owner = Owner.of(Messages.to("a@example.net"));
    Room.Count count = room.new Count();
    for (int i = 0; i < 249; i++) {
      count.add(small());
    }
    count.end();
    assertTrue(room.reserve(owner, 0));

    room.keep(small());
    assertFalse(room.reserve(owner, 0));
    assertTrue(room.reserve(other, 0));

    room.remove(small());
    assertTrue(room.reserve(owner, 0));
  }

  private static QueuedMessage small() {
    return Messages.to("a@example.net");
  }

  @Test
  void reportsAreNobodysButTakeRoom() {
    assertTrue(room.reserve(new Owner(null, null), 1000));
    assertFalse(room.reserve(scanner, 1));
    assertTrue(room.isFull());
    room.giveBack(new Owner(null, null), 1000);
    room.new Count().end();
    assertFalse(room.isFull());
  }

  /** Else the alarm ends and begins with every message that comes more than two minutes later. */
  @Test
  void aStoreIsFullUntilNothingIsRefusedFromOneLookToTheNext() {
    for (int count = 0; count < 5; count++) {
      room.storeIsFull(1);
      room.lookForRoom(_ -> true);
      assertTrue(room.isFull(), "it has refused one since the last count");
    }
    room.lookForRoom(_ -> true);
    assertFalse(room.isFull());
  }

  @Test
  void aRefusalWhileItIsLookedForRoomCounts() {
    room.storeIsFull(1);
    room.lookForRoom(_ -> true);
    room.lookForRoom(
        _ -> {
          room.storeIsFull(1);
          return true;
        });
    assertTrue(room.isFull());
  }

  /** On a small disk there may never be room for a large scan, and always for the rest. */
  @Test
  void aLargeTextThatFindsNoRoomChangesNothingForTheOthers() {
    room.storeIsFull(35 << 20);
    assertTrue(room.isFull());
    assertFalse(room.isUsedUp());
    for (int count = 0; count < 100; count++) {
      room.lookForRoom(_ -> false);
      assertTrue(room.isFull());
    }
    room.keep(small().withDigest(small().recipients(), new QueuedMessage.Text(35 << 20, 0)));
    room.lookForRoom(length -> length <= 35 << 20);
    assertFalse(room.isFull(), "such a one was kept, and another one could be");
  }

  @Test
  void aStoreThatTakesSuchATextAgainIsntUsedUp() {
    var message = small().withDigest(small().recipients(), new QueuedMessage.Text(100, 0));
    room.storeIsFull(101);
    room.keep(message);
    assertTrue(room.isUsedUp());

    room.storeIsFull(100);
    room.keep(message);
    assertFalse(room.isUsedUp());
    assertTrue(room.isFull(), "which isn't over at once");
    room.lookForRoom(length -> length <= 100);
    room.lookForRoom(length -> length <= 100);
    assertFalse(room.isFull());
  }
}
