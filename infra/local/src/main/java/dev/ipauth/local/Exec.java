package dev.ipauth.local;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.charset.Charset;
import java.util.List;
import java.util.Optional;

/**
 * POSIX's {@code execv}: the process goes on as another program, with the same number, parent,
 * environment and standard streams. So whoever sends it a signal or waits for it notices nothing.
 */
final class Exec {
  private static final FunctionDescriptor EXECV =
      FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.ADDRESS);

  private Exec() {}

  /** Whether this system has it; Windows hasn't. */
  static boolean isThere() {
    return address().isPresent();
  }

  /**
   * Goes on as this program. Returns only where that can't be done: there is no such program, or no
   * {@code execv}.
   *
   * @param command the program's path, and its arguments
   */
  @SuppressWarnings("restricted") // The jar's manifest allows native access.
  static void goOnAs(List<String> command) {
    var address = address();
    if (address.isPresent()) {
      call(Linker.nativeLinker().downcallHandle(address.get(), EXECV), command);
    }
  }

  private static Optional<MemorySegment> address() {
    return Linker.nativeLinker().defaultLookup().find("execv");
  }

  private static void call(MethodHandle execv, List<String> command) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment arguments = arena.allocate(ValueLayout.ADDRESS, command.size() + 1);
      for (int i = 0; i < command.size(); i++) {
        arguments.setAtIndex(ValueLayout.ADDRESS, i, text(command.get(i), arena));
      }
      int _ = (int) execv.invokeExact(arguments.get(ValueLayout.ADDRESS, 0), arguments);
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new AssertionError("A function of C throws nothing", e);
    }
  }

  /** As the system writes it, since a path may have any letters. */
  private static MemorySegment text(String text, Arena arena) {
    byte[] encoded = text.getBytes(Charset.forName(System.getProperty("native.encoding")));
    MemorySegment terminated = arena.allocate(encoded.length + 1);
    MemorySegment.copy(encoded, 0, terminated, ValueLayout.JAVA_BYTE, 0, encoded.length);
    return terminated;
  }
}
