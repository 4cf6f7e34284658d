package dev.ipauth.relay.queue;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ipauth.tables.QueuedMessage;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.core.exception.SdkException;

@Timeout(60)
class GatheredPutsTest {

  /** Each write waits until the test answers it. */
  private static final class AnsweredRows implements GatheredPuts.Rows {
    private record Write(String ids, CompletableFuture<Boolean> answer) {}

    private final BlockingQueue<Write> writes = new LinkedBlockingQueue<>();

    @Override
    public boolean put(QueuedMessage message) {
      return answer(message.id());
    }

    @Override
    public void putTogether(List<QueuedMessage> messages) {
      answer(String.join(" ", messages.stream().map(QueuedMessage::id).toList()));
    }

    private boolean answer(String ids) {
      var write = new Write(ids, new CompletableFuture<>());
      writes.add(write);
      try {
        return write.answer.get();
      } catch (ExecutionException e) {
        throw (RuntimeException) e.getCause();
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }

    Write next() throws InterruptedException {
      Write next = writes.poll(20, TimeUnit.SECONDS);
      assertNotNull(next, "nothing is written");
      return next;
    }

    Set<String> nextIds(int writesExpected) throws InterruptedException {
      var ids = new TreeSet<String>();
      for (int i = 0; i < writesExpected; i++) {
        Write write = next();
        ids.add(write.ids);
        write.answer.complete(true);
      }
      return ids;
    }
  }

  private final AnsweredRows rows = new AnsweredRows();
  private final GatheredPuts puts = new GatheredPuts(rows);

  /** Begins to put it, and returns when its thread waits. */
  private FutureTask<Boolean> put(QueuedMessage message) throws InterruptedException {
    var put = new FutureTask<>(() -> puts.put(message));
    Thread thread = Thread.ofPlatform().daemon().start(put);
    while (thread.getState() != Thread.State.WAITING) {
      assertTrue(thread.isAlive(), "it doesn't wait");
      Thread.sleep(1);
    }
    return put;
  }

  private static QueuedMessage row(String id) {
    return Messages.message(id, List.of(Messages.recipient("a@example.net", null)));
  }

  private static SdkException away() {
    return SdkClientException.create("away");
  }

  @Test
  void whatComesWhileWritesAreUnderWayGoesTogether() throws Exception {
    var first = put(row("a"));
    var second = put(row("b"));
    var third = put(row("c"));
    var fourth = put(row("d"));

    AnsweredRows.Write alone = rows.next();
    assertEquals("a", alone.ids);
    assertEquals("b", rows.next().ids);
    alone.answer.complete(true);
    assertTrue(first.get());
    AnsweredRows.Write together = rows.next();
    assertEquals("c d", together.ids);
    together.answer.complete(true);
    assertTrue(third.get() && fourth.get());
    assertEquals(false, second.isDone(), "it isn't the others' affair");
  }

  @Test
  void noMoreGoTogetherThanFitIntoOneTransaction() throws Exception {
    var first = put(row("a"));
    put(row("b"));
    var waiting = new ArrayList<FutureTask<Boolean>>();
    for (int i = 0; i <= GatheredPuts.TOGETHER; i++) {
      waiting.add(put(row("waiting" + i)));
    }
    rows.next().answer.complete(true);
    assertTrue(first.get());
    var _ = rows.next();

    AnsweredRows.Write full = rows.next();
    assertEquals(GatheredPuts.TOGETHER, full.ids.split(" ").length);
    full.answer.complete(true);
    assertEquals(Set.of("waiting" + GatheredPuts.TOGETHER), rows.nextIds(1));
    for (var one : waiting) {
      assertTrue(one.get());
    }
  }

  @Test
  void ofATransactionThatIsRefusedEachIsPutAlone() throws Exception {
    put(row("a"));
    put(row("b"));
    var third = put(row("c"));
    var fourth = put(row("d"));
    rows.next().answer.complete(true);
    var _ = rows.next();

    rows.next().answer.completeExceptionally(away());
    AnsweredRows.Write one = rows.next();
    AnsweredRows.Write other = rows.next();
    assertEquals(Set.of("c", "d"), Set.of(one.ids, other.ids));
    (one.ids.equals("c") ? one : other).answer.complete(false);
    (one.ids.equals("c") ? other : one).answer.completeExceptionally(away());

    assertEquals(false, third.get(), "another row of its id was there");
    assertInstanceOf(
        SdkException.class, assertThrows(ExecutionException.class, fourth::get).getCause());
  }

  /** Whatever it is: not every client's trouble is the SDK's. */
  @Test
  void whoPutsAnothersRowDoesNotHearOfItsTrouble() throws Exception {
    var first = put(row("a"));
    var second = put(row("b"));
    var third = put(row("c"));
    AnsweredRows.Write a = rows.next();
    AnsweredRows.Write b = rows.next();
    a.answer.complete(true);
    assertTrue(first.get());
    AnsweredRows.Write c = rows.next();
    assertEquals("c", c.ids);

    c.answer.completeExceptionally(new IllegalStateException("closed"));
    b.answer.complete(true);

    assertInstanceOf(
        IllegalStateException.class, assertThrows(ExecutionException.class, third::get).getCause());
    assertTrue(second.get());
  }

  /** A device waits for its answer, so nobody queues up behind a table that is away. */
  @Test
  void whenAWriteFailsThoseThatWaitAreTriedAtOnceAndAlone() throws Exception {
    var first = put(row("a"));
    put(row("b"));
    put(row("c"));
    put(row("d"));
    AnsweredRows.Write away = rows.next();
    var _ = rows.next();

    away.answer.completeExceptionally(away());

    assertInstanceOf(
        SdkException.class, assertThrows(ExecutionException.class, first::get).getCause());
    assertEquals(Set.of("c", "d"), rows.nextIds(2));
  }

  @Test
  void aLargeRowGoesAloneAndWaitsForNobody() throws Exception {
    put(row("a"));
    put(row("b"));
    var many =
        IntStream.rangeClosed(0, GatheredPuts.SMALL)
            .mapToObj(i -> Messages.recipient("r" + i + "@example.net", null))
            .toList();
    put(Messages.message("large", many));

    var underWay = new TreeSet<String>();
    while (underWay.size() < 3) {
      underWay.add(rows.next().ids);
    }
    assertEquals(Set.of("a", "b", "large"), underWay);
  }

  /** A table that refuses, fails before or after it has written, and cancels at random. */
  private static final class UnreliableRows implements GatheredPuts.Rows {
    private final Set<String> there = ConcurrentHashMap.newKeySet();
    private final RandomGenerator random;

    UnreliableRows(RandomGenerator random) {
      this.random = random;
    }

    private synchronized boolean chance(double share) {
      return random.nextDouble() < share;
    }

    @Override
    public boolean put(QueuedMessage message) {
      fail(0.05);
      return there.add(message.id());
    }

    @Override
    public synchronized void putTogether(List<QueuedMessage> messages) {
      fail(0.2);
      if (messages.stream().anyMatch(message -> there.contains(message.id()))) {
        throw SdkClientException.create("cancelled");
      }
      messages.forEach(message -> there.add(message.id()));
    }

    private void fail(double share) {
      if (chance(share)) {
        throw away();
      }
    }
  }

  @Test
  void eachHearsOfItsOwnRow() throws Exception {
    long seed = Long.getLong("seed", RandomGenerator.getDefault().nextLong());
    System.out.println("GatheredPutsTest -Dseed=" + seed);
    var table = new UnreliableRows(RandomGeneratorFactory.of("L64X128MixRandom").create(seed));
    var gathered = new GatheredPuts(table);
    var put = new ConcurrentSkipListSet<String>();
    var refused = new ConcurrentSkipListSet<String>();
    var failed = new ConcurrentSkipListSet<String>();
    int threads = 40;
    int each = 250;
    var over = new CountDownLatch(threads);
    for (int thread = 0; thread < threads; thread++) {
      String name = "t" + thread + "x";
      Thread.startVirtualThread(
          () -> {
            for (int i = 0; i < each; i++) {
              String id = name + i;
              try {
                (gathered.put(row(id)) ? put : refused).add(id);
              } catch (SdkException _) {
                failed.add(id);
              }
            }
            over.countDown();
          });
    }

    assertTrue(over.await(50, TimeUnit.SECONDS), "somebody waits for ever");
    assertEquals(threads * each, put.size() + refused.size() + failed.size());
    assertEquals(put, new TreeSet<>(table.there));
    assertEquals(Set.of(), refused);
  }
}
