package dev.ipauth.local.command;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** An operator at a terminal. */
public final class Operating {
  private final Path folder;

  public Operating(Path folder) {
    this.folder = folder;
  }

  /** What was said on both streams, and the exit status. */
  public record Said(int status, String out, String err) {
    public List<String> lines() {
      return out.lines().toList();
    }
  }

  /** Words have no blanks in them. */
  public Said type(String command) {
    return type(List.of(command.split(" ")));
  }

  public Said type(List<String> words) {
    var out = new ByteArrayOutputStream();
    var err = new ByteArrayOutputStream();
    int status =
        new Operator(
                folder.toString(),
                () -> Duration.ofDays(400),
                new PrintStream(out, true, UTF_8),
                new PrintStream(err, true, UTF_8))
            .run(words);
    return new Said(status, out.toString(UTF_8), err.toString(UTF_8));
  }
}
