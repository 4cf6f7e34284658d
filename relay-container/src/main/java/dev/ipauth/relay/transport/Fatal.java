package dev.ipauth.relay.transport;

import io.netty.util.internal.OutOfDirectMemoryError;
import java.lang.System.Logger.Level;
import java.util.concurrent.CompletionException;

/**
 * The end of the process, where going on would be worse: a relay that has lost a thread looks alive
 * and answers nobody. Another is started in its place.
 */
public final class Fatal {
  private static final System.Logger LOG = System.getLogger("relay");

  /** The JVM's own for {@code -XX:+ExitOnOutOfMemoryError}. */
  private static final int STATUS = 3;

  private Fatal() {}

  /** From now on nothing that no thread expects is passed over in silence. */
  public static void watchAllThreads() {
    Thread.setDefaultUncaughtExceptionHandler(
        (thread, failure) -> {
          LOG.log(Level.ERROR, "The thread " + thread.getName() + " has ended", failure);
          if (isFatal(failure) || !thread.isVirtual()) {
            end("a thread has ended: " + thread.getName());
          }
        });
  }

  /** Ends the process after an error that nobody can go on from. */
  public static void endIf(Throwable failure) {
    Throwable cause = failure.getCause();
    Throwable told = failure instanceof CompletionException && cause != null ? cause : failure;
    if (isFatal(told)) {
      end(told.toString());
    }
  }

  /**
   * Whether nobody can go on from it. From too deep a stack, or too little memory outside the heap,
   * others can: it is the connection's end that met it.
   */
  static boolean isFatal(Throwable failure) {
    return failure instanceof Error
        && !(failure instanceof StackOverflowError)
        && !isDirectMemory(failure);
  }

  /** Whether it is, or was caused by, too little memory outside the heap. */
  public static boolean isDirectMemory(Throwable failure) {
    Throwable cause = failure.getCause();
    return failure instanceof OutOfDirectMemoryError
        || (failure instanceof OutOfMemoryError
            && String.valueOf(failure.getMessage()).contains("direct"))
        || (cause != null && cause != failure && isDirectMemory(cause));
  }

  /** Ends the process now, whatever else it is at. */
  static void end(String why) {
    System.err.println("The relay ends, so that another is started: " + why);
    Runtime.getRuntime().halt(STATUS);
  }
}
