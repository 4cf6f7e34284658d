package dev.ipauth.relay.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What all connections take outside of every count fits into what the heap and buffers leave. */
class MemoryTest {

  /** Heap and buffers as the image's options have it: a quarter each. */
  @ParameterizedTest
  @CsvSource({
    // MiB of a task, connections
    "512, 6144",
    "1024, 16226",
    "2048, 36391",
    "8192, 157380"
  })
  void soManyFitIntoATask(long task, int connections) {
    long all = task << 20;
    assertEquals(connections, Memory.connections(all, all / 4, all / 4));
    assertTrue(
        all / 2 + Memory.OF_THE_PROCESS + connections * Memory.OF_A_DEVICE <= all, "all of it");
  }

  @ParameterizedTest
  @CsvSource({"512, 460, 460", "128, 32, 32", "1, 1000, 1000"})
  void whereTheHeapMayTakeAllThereAreSomeAllTheSame(long all, long heap, long direct) {
    assertEquals(Memory.LEAST, Memory.connections(all << 20, heap << 20, direct << 20));
  }

  @Test
  void thisMachineHasRoom() {
    assertTrue(Memory.connections() >= Memory.LEAST);
  }
}
