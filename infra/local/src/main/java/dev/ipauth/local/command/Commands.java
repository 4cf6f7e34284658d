package dev.ipauth.local.command;

import java.io.PrintStream;
import java.util.List;

/** Who carries out what an operator says: this process, or the one that holds the folder. */
public interface Commands {
  int DONE = 0;

  /** It couldn't be done, as things are. */
  int REFUSED = 1;

  /** It wasn't understood, or nothing can be done with these settings. */
  int NOT_UNDERSTOOD = 2;

  /**
   * Carries out a command.
   *
   * @param words the command, such as {@code key}, and what stands behind it
   * @param out for what was asked for
   * @param err for everything else that there is to say
   * @return the exit status
   */
  int run(List<String> words, PrintStream out, PrintStream err);
}
