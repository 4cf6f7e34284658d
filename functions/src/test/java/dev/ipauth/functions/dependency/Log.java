package dev.ipauth.functions.dependency;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.util.List;

/** What is written to the log. */
public final class Log {
  /** What may fail in any way. */
  public interface Action {
    void run() throws Exception;
  }

  private Log() {}

  /** Its lines, without time and logger's name, while this runs; a stack's are among them. */
  public static List<String> log(Action action) {
    var written = new ByteArrayOutputStream();
    PrintStream before = System.err;
    System.setErr(new PrintStream(written, true, UTF_8));
    try {
      action.run();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    } finally {
      System.setErr(before);
    }
    return written.toString(UTF_8).lines().map(line -> line.replaceFirst("^.*? - ", "")).toList();
  }
}
