package dev.ipauth.relay.queue;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.util.stream.Collectors.joining;
import static java.util.stream.Collectors.toSet;

import dev.ipauth.relay.fault.AwsFault;
import dev.ipauth.relay.fault.Cause;
import dev.ipauth.relay.smtp.NextHop;
import dev.ipauth.tables.QueueRows;
import dev.ipauth.tables.QueuedMessage;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import java.util.zip.CheckedInputStream;
import java.util.zip.Checksum;
import software.amazon.awssdk.core.exception.SdkException;

/**
 * Texts and rows together. A text is put before its row and deleted after it: what a crash leaves
 * between the two is a text without a row, which nobody was promised anything about, and which is
 * swept a day later. Blocking, so not for an event loop.
 */
final class Store implements AutoCloseable {
  /** Longer than any message takes between its text and its row, whatever the clocks say. */
  private static final Duration SWEEP_AFTER = Duration.ofDays(1);

  /** Longer than a write is waited for. */
  private static final Duration TO_END_IT = Duration.ofMinutes(15);

  private static final int LONGEST_NOTE = 1000;

  /** No message's id has capitals. */
  private static final String OFFERS = "OFFERS";

  private static final String PAUSED = "PAUSED";

  private static final String TRIAL = "TRIAL";

  /** With one text that is gone there is one inode, and none for the next message. */
  private static final int TRIALS = 8;

  private static final Duration TRIAL_LASTS = Duration.ofMinutes(1);

  private final Texts texts;
  private final QueueTable table;
  private final Room room;
  private final QueueEvents events;
  private volatile boolean inTrouble;

  Store(Texts texts, QueueTable table, Room room, QueueEvents events) {
    this.texts = texts;
    this.table = table;
    this.room = room;
    this.events = events;
  }

  /**
   * Keeps a message. When this returns true, no crash loses it.
   *
   * @return false when another message has its id
   * @throws IOException when its text or its recipients can't be kept
   * @throws SdkException when its row can't be known to be there
   */
  boolean keep(QueuedMessage message, Texts.Content content) throws IOException {
    putText(message, content);
    return table.put(message);
  }

  /**
   * Puts a message's text, before its row.
   *
   * @throws IOException when its text or its recipients can't be kept
   */
  void putText(QueuedMessage message, Texts.Content content) throws IOException {
    refuseTooLarge(message);
    put(message.id(), content);
  }

  private void put(String id, Texts.Content content) throws IOException {
    use(
        () -> {
          texts.put(id, content);
          return id;
        });
  }

  private interface Use<T> {
    T made() throws IOException;
  }

  /** A text that isn't there is an answer. */
  private <T> T use(Use<T> use) throws IOException {
    try {
      T made = use.made();
      worked();
      return made;
    } catch (FileNotFoundException e) {
      worked();
      throw e;
    } catch (IOException e) {
      inTrouble = true;
      boolean isBuckets = e.getCause() instanceof SdkException;
      events.texts().failed(isBuckets ? AwsFault.TEXTS.sentence(e) : Cause.inWords(e));
      throw e;
    }
  }

  private void worked() {
    inTrouble = false;
    events.texts().worked();
  }

  /** Whether the texts could not be used when they were last. */
  boolean isInTrouble() {
    return inTrouble;
  }

  static void refuseTooLarge(QueuedMessage message) throws IOException {
    if (QueueRows.mayOutgrow(message)) {
      throw new IOException("its recipients don't fit into one row");
    }
  }

  /** Whether a message is kept. */
  boolean has(String id) {
    return table.read(id).isPresent();
  }

  /** Removes a message that needs no more attempts, if it still is as it was read. */
  boolean forget(QueuedMessage read) {
    if (!table.remove(read)) {
      return false;
    }
    room.remove(read);
    deleteText(read.id());
    return true;
  }

  /**
   * The same for one that is dropped.
   *
   * @return whether this relay is the one to tell of it
   */
  boolean forgetDropped(QueuedMessage read, Instant now) {
    if (!table.removeDropped(read, now.plus(TO_END_IT))) {
      return false;
    }
    room.remove(read);
    deleteText(read.id());
    return true;
  }

  /** Ends what was taken back, when nothing of it can be on its way any more. */
  void forgetTakenBack(QueuedMessage read) {
    if (table.remove(read)) {
      deleteText(read.id());
    }
  }

  /** Deletes a text without a row; what can't be deleted is swept. */
  void deleteText(String id) {
    try {
      delete(id);
    } catch (IOException e) {
      events.trouble(
          "A text that isn't needed any more can't be deleted; the next sweep tries again", e);
    }
  }

  private void delete(String id) throws IOException {
    use(
        () -> {
          texts.delete(id);
          return id;
        });
  }

  /**
   * Opens a message's text, after its first reader has found it whole.
   *
   * @throws DamagedText when it is missing, or isn't what was kept
   * @throws IOException when it can't be known now
   */
  InputStream open(QueuedMessage message) throws IOException {
    var checksum = new CRC32C();
    long length;
    try {
      length = use(() -> length(message.id(), checksum));
    } catch (FileNotFoundException e) {
      throw new DamagedText("its text is missing");
    }
    if (length != message.text().bytes() || (int) checksum.getValue() != message.text().crc32c()) {
      throw new DamagedText("its text is damaged");
    }
    return texts.open(message.id());
  }

  private long length(String id, Checksum checksum) throws IOException {
    try (var in = new CheckedInputStream(texts.open(id), checksum)) {
      return in.transferTo(OutputStream.nullOutputStream());
    }
  }

  /** Whether anything can be read where the texts are, as of now. */
  boolean canBeRead() {
    try {
      var _ = noted(OFFERS);
      return true;
    } catch (IOException _) {
      return false;
    }
  }

  /** A text that nobody may be sent. */
  static final class DamagedText extends IOException {
    private static final long serialVersionUID = 1;

    DamagedText(String why) {
      super(why);
    }
  }

  /**
   * Goes through all messages that are kept. Rows that can't be read are set aside, or removed when
   * they are dropped.
   *
   * @return how many of them are set aside
   */
  long forEachMessage(Consumer<QueuedMessage> each) {
    var damaged = new ArrayList<QueueTable.Damaged>();
    table.forEachMessage(each, damaged::add);
    damaged.stream().filter(row -> row.isDropped() || !row.isSetAside()).forEach(this::end);
    return damaged.stream().filter(row -> !row.isDropped()).count();
  }

  private void end(QueueTable.Damaged row) {
    try {
      endDamaged(row.id(), row.why());
    } catch (SdkException e) {
      events.trouble("A damaged row can't be set aside", e);
    }
  }

  /** Sets a row aside that can't be read, or removes it when it is dropped. */
  void endDamaged(String id, String why) {
    if (table.setAsideDamaged(id, why)) {
      events.setAside(id, why);
    } else if (table.removeDamaged(id)) {
      deleteText(id);
    }
  }

  /**
   * Deletes the texts that no row has needed for a day. One that can't be deleted is left to the
   * next sweep, and the others aren't.
   */
  void sweep(Instant now) throws IOException {
    var old = new ArrayList<Texts.Found>();
    texts.forEach(
        found -> {
          if (found.modified().isBefore(now.minus(SWEEP_AFTER))) {
            old.add(found);
          }
        });
    Set<String> needed = new HashSet<>(Set.of(OFFERS, PAUSED));
    table.forEachRow(row -> needed.add(QueueRows.id(row)));
    for (Texts.Found found : old) {
      if (!needed.contains(found.id())) {
        deleteText(found.id());
      }
    }
  }

  /** Notes what the next hop offers, for the next start. */
  void note(Set<NextHop.Extension> offers) throws IOException {
    note(OFFERS, offers.stream().map(Enum::name).sorted().collect(joining(" ")));
  }

  /** What was noted last; empty when nothing was, or by another version. */
  Optional<Set<NextHop.Extension>> noted() throws IOException {
    try {
      return noted(OFFERS)
          .map(
              names ->
                  Stream.of(names.split(" "))
                      .filter(name -> !name.isEmpty())
                      .map(NextHop.Extension::valueOf)
                      .collect(toSet()));
    } catch (IllegalArgumentException _) {
      return Optional.empty();
    }
  }

  /**
   * Notes for the next start that bouncing is paused.
   *
   * @param code of the reply that it began with
   */
  void notePause(String code) throws IOException {
    note(PAUSED, code);
  }

  /** The code that was noted; empty when bouncing wasn't paused. */
  Optional<String> notedPause() throws IOException {
    return noted(PAUSED);
  }

  /** Bouncing isn't paused any longer. */
  void forgetPause() throws IOException {
    delete(PAUSED);
  }

  private void note(String name, String words) throws IOException {
    put(name, Texts.Content.of(words.getBytes(US_ASCII)));
  }

  private Optional<String> noted(String name) throws IOException {
    try (InputStream in = texts.open(name)) {
      return Optional.of(new String(in.readNBytes(LONGEST_NOTE), US_ASCII));
    } catch (FileNotFoundException _) {
      return Optional.empty();
    }
  }

  /** Whether the texts have room for one of that length, as far as it can be known. */
  boolean hasRoomFor(long length) {
    try {
      return texts.hasRoomFor(length);
    } catch (IOException _) {
      return true;
    }
  }

  /**
   * Whether a text of that length can be kept, and some more besides, found out by keeping them.
   * What a disk has free says nothing about its inodes and quotas, and a bucket doesn't say what it
   * has.
   */
  boolean takes(long length, Instant now) {
    return hasRoomFor(length) && isTried(length, now);
  }

  private boolean isTried(long length, Instant now) {
    int tried = 0;
    try {
      for (; tried < TRIALS; tried++) {
        texts.put(TRIAL + tried, new TrialText(tried == 0 ? length : 1));
      }
      table.count(RowId.of(RowId.Kind.TRIAL), now, now.plus(TRIAL_LASTS));
      return true;
    } catch (IOException | SdkException _) {
      return false;
    } finally {
      for (int done = 0; done < tried; done++) {
        deleteText(TRIAL + done);
      }
    }
  }

  /** Whether no other process can be at what is kept. */
  boolean isAlone() {
    return texts.isAlone();
  }

  @Override
  public void close() {
    texts.close();
  }
}
