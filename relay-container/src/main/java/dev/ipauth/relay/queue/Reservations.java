package dev.ipauth.relay.queue;

import dev.ipauth.relay.queue.QueueEvents.Alarm;

/** The room for messages that pass, and what is said where there is none. Thread-safe. */
record Reservations(Room room, Store store, QueueEvents events) {

  /** Reserves room for a message, all that it takes or nothing. */
  boolean reserve(Passing passing, long bytes) {
    long more = bytes - passing.reserved;
    if (more <= 0 || room.reserve(passing.owner(), more)) {
      passing.reserved = Math.max(passing.reserved, bytes);
      return true;
    }
    if (room.isFull()) {
      events.alarm(Alarm.QUEUE_FULL, false);
    }
    passing.foundNoRoom = true;
    return false;
  }

  /** As far as it is known yet. */
  boolean hasNoRoomFor(Passing passing) {
    return passing.foundNoRoom || room.isUsedUp();
  }

  /** A message couldn't be kept, for lack of room perhaps; blocking. */
  void cantBeKept(Passing passing, Exception why) {
    long length = passing.text.length();
    if (NoRoom.isWhy(why) || !store.hasRoomFor(length)) {
      passing.foundNoRoom = true;
      room.storeIsFull(length);
      events.alarm(Alarm.QUEUE_FULL, false);
    }
  }

  /** Forgets a message that isn't kept, or is kept elsewhere by now. */
  void release(Passing passing) {
    passing.text.close();
    room.giveBack(passing.owner(), passing.takeReserved());
  }
}
