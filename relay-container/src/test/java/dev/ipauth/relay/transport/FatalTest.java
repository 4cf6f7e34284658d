package dev.ipauth.relay.transport;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.util.internal.OutOfDirectMemoryError;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A relay that nobody can rely on any more ends, with a status that has another started. */
class FatalTest {

  /** What happens in a process of its own. */
  enum Accident {
    AN_EVENT_LOOP_ENDS,
    A_THREAD_ENDS_BY_AN_EXCEPTION,
    A_VIRTUAL_THREAD_ENDS_BY_AN_ERROR,
    A_CONNECTION_MEETS_AN_ERROR,
    THE_HEAP_IS_FULL,
    /** It and what follows are no reason to end. */
    A_VIRTUAL_THREAD_ENDS_BY_AN_EXCEPTION,
    MEMORY_OUTSIDE_THE_HEAP_IS_SHORT
  }

  private static final int GOES_ON = 0;
  private static final int ENDS = 3;

  @ParameterizedTest
  @EnumSource
  void theProcessEnds(Accident accident) throws Exception {
    var command = new ArrayList<String>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(imageOptions());
    command.addAll(List.of("-Xmx32m", "-cp", System.getProperty("java.class.path")));
    command.addAll(List.of(FatalTest.class.getName(), accident.name()));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertTrue(process.waitFor(60, TimeUnit.SECONDS));
    boolean stays = accident.compareTo(Accident.A_VIRTUAL_THREAD_ENDS_BY_AN_EXCEPTION) >= 0;
    assertEquals(stays ? GOES_ON : ENDS, process.exitValue(), said);
  }

  private static List<String> imageOptions() throws Exception {
    try (var lines = Files.lines(Path.of("jvm-options"))) {
      return lines.filter(line -> line.startsWith("-")).toList();
    }
  }

  /** The process of its own. */
  static void main(String[] arguments) throws Exception {
    Fatal.watchAllThreads();
    switch (Accident.valueOf(arguments[0])) {
      case AN_EVENT_LOOP_ENDS -> {
        Transport transport = Transport.ofThisMachine();
        transport.watch(() -> false);
        transport.eventLoops().next().shutdownGracefully(0, 0, TimeUnit.SECONDS);
        Thread.sleep(20_000);
      }
      case A_THREAD_ENDS_BY_AN_EXCEPTION -> run(new Thread(FatalTest::fail));
      case A_VIRTUAL_THREAD_ENDS_BY_AN_ERROR -> run(Thread.ofVirtual().unstarted(FatalTest::err));
      case A_VIRTUAL_THREAD_ENDS_BY_AN_EXCEPTION ->
          run(Thread.ofVirtual().unstarted(FatalTest::fail));
      case MEMORY_OUTSIDE_THE_HEAP_IS_SHORT -> meetShortage();
      case A_CONNECTION_MEETS_AN_ERROR ->
          Fatal.endIf(new CompletionException(new NoClassDefFoundError("gone")));
      case THE_HEAP_IS_FULL -> {
        var held = new ArrayList<byte[]>();
        while (Objects.nonNull(held)) {
          held.add(new byte[1 << 20]);
        }
      }
    }
  }

  /**
   * Netty's count says so at once; the JVM's collects garbage first, and waits for what it frees.
   */
  private static void meetShortage() {
    var held = new ArrayList<ByteBuf>();
    try {
      while (Objects.nonNull(held)) {
        held.add(ByteBufAllocator.DEFAULT.directBuffer(1 << 20));
      }
    } catch (OutOfDirectMemoryError e) {
      Fatal.endIf(e);
      assertTrue(Fatal.isDirectMemory(e));
    }
  }

  private static void run(Thread thread) throws InterruptedException {
    thread.start();
    thread.join();
  }

  private static void fail() {
    throw new IllegalStateException("as a test wants it");
  }

  private static void err() {
    throw new InternalError("as a test wants it");
  }

  @Test
  void whatMemoryOutsideTheHeapLacksEndsAConnectionOnly() {
    var direct = new OutOfMemoryError("Cannot reserve 65536 bytes of direct buffer memory");
    assertTrue(Fatal.isDirectMemory(direct));
    assertTrue(Fatal.isDirectMemory(new CompletionException(direct)));
    assertEquals(false, Fatal.isFatal(direct));
    assertEquals(false, Fatal.isFatal(new StackOverflowError()));
    assertEquals(false, Fatal.isFatal(new IllegalStateException()));
    assertTrue(Fatal.isFatal(new OutOfMemoryError("Java heap space")));
  }
}
