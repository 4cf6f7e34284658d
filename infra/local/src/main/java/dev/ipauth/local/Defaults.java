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

  /** The environment with its next hop, queue and pepper. */
  static Map<String, String> complete(
      Map<String, String> environment, Optional<DataDir> dataDir, Optional<MailSink> sink) {
    var complete = withQueue(environment, dataDir);
    sink.ifPresent(there -> complete.put("NEXT_HOP", "smtp://127.0.0.1:" + there.port()));
    try {
      if (!complete.containsKey("PASSWORD_PEPPER")) {
        complete.put("PASSWORD_PEPPER", Pepper.in(dataDir.map(DataDir::pepper)));
      }
    } catch (IOException e) {
      throw new UncheckedIOException("The pepper can't be kept: " + e.getMessage(), e);
    }
    return complete;
  }

  private static Map<String, String> withQueue(
      Map<String, String> environment, Optional<DataDir> dataDir) {
    var complete = new HashMap<>(environment);
    complete.values().removeIf(String::isBlank);
    if (dataDir.isPresent()) {
      complete.putIfAbsent("QUEUE_TEXTS", dataDir.get().queue().toString());
    }
    return complete;
  }
}
