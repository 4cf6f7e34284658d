package dev.ipauth.local;

import dev.ipauth.local.data.DataDir;
import dev.ipauth.local.data.Pepper;
import dev.ipauth.local.sink.MailSink;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** What the relay's settings are on one machine where the environment doesn't say. */
final class Defaults {
  private Defaults() {}

  /**
   * The environment with its next hop, queue and pepper. Texts that are held while they pass are on
   * the disk of the data: {@code /tmp} is memory in many a place.
   */
  static Map<String, String> complete(
      Map<String, String> environment, Optional<DataDir> dataDir, Optional<MailSink> sink) {
    var complete = new HashMap<>(environment);
    complete.values().removeIf(String::isBlank);
    sink.ifPresent(there -> complete.put("NEXT_HOP", "smtp://127.0.0.1:" + there.port()));
    dataDir.ifPresent(folder -> keepIn(folder, complete));
    try {
      if (!complete.containsKey("PASSWORD_PEPPER")) {
        complete.put("PASSWORD_PEPPER", Pepper.in(dataDir.map(DataDir::pepper)));
      }
    } catch (IOException e) {
      throw new UncheckedIOException("The pepper can't be kept: " + e.getMessage(), e);
    }
    return complete;
  }

  private static void keepIn(DataDir folder, Map<String, String> complete) {
    complete.putIfAbsent("QUEUE_TEXTS", folder.queue().toString());
    try {
      if (!complete.containsKey("QUEUE_HELD_DIR")) {
        complete.put("QUEUE_HELD_DIR", folder.held().toString());
      }
    } catch (IOException e) {
      throw new UncheckedIOException("Texts can't be held in DATA_DIR: " + e.getMessage(), e);
    }
  }
}
