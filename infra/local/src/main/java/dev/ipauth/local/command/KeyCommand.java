package dev.ipauth.local.command;

import dev.ipauth.local.data.KeyRing;
import dev.ipauth.local.data.KeyRing.NewKey;
import java.io.IOException;
import java.io.PrintStream;
import java.util.List;
import java.util.Optional;

/** {@code key add ACCOUNT [NAME]}, {@code key list}, {@code key remove NAME}. */
record KeyCommand(KeyRing keys, PrintStream out, PrintStream err) {
  private static final String USAGE =
      """
      usage: key add ACCOUNT [NAME]  make a key for an account, and show it once
             key list                the keys' names, accounts, and since when they are
             key remove NAME         from now on it is no good
      """;

  int run(List<String> words) {
    String verb = words.isEmpty() ? "" : words.getFirst();
    int count = words.size();
    try {
      if (verb.equals("add") && (count == 2 || count == 3)) {
        return add(words);
      }
      if (verb.equals("list") && count == 1) {
        return list();
      }
      if (verb.equals("remove") && count == 2) {
        return remove(words.get(1));
      }
      return usage();
    } catch (IllegalArgumentException e) {
      err.println(e.getMessage());
      return Commands.NOT_UNDERSTOOD;
    } catch (IOException e) {
      err.println("Nothing was changed: the keys can't be written (" + e.getMessage() + ").");
      return Commands.REFUSED;
    }
  }

  private int add(List<String> words) throws IOException {
    String account = words.get(1);
    String name = words.size() == 3 ? words.get(2) : null;
    Optional<NewKey> made = keys.add(account, name);
    if (made.isEmpty()) {
      err.println(name + " is taken. A key's name is unique over all accounts; choose another.");
      return Commands.REFUSED;
    }
    err.println("The key " + made.get().name() + " of " + account + "; it isn't shown again:");
    out.println(made.get().secret());
    return Commands.DONE;
  }

  private int list() {
    for (KeyRing.Key key : keys.list()) {
      out.println(String.join("\t", key.name(), key.account(), key.since().toString()));
    }
    return Commands.DONE;
  }

  private int remove(String name) throws IOException {
    if (!keys.remove(name)) {
      err.println(name + ": there is no such key");
      return Commands.REFUSED;
    }
    return Commands.DONE;
  }

  private int usage() {
    err.print(USAGE);
    return Commands.NOT_UNDERSTOOD;
  }
}
