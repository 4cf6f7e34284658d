package dev.ipauth.functions.messages;

import dev.ipauth.settings.Form;
import dev.ipauth.settings.Setting;
import dev.ipauth.settings.Values;
import java.util.List;

/** What the message log's tables, and the relay's queue, are called in this deployment. */
public record MessageTables(
    String messages, String usage, String countedLines, String lastSeen, String queue) {
  private static final Setting<String> MESSAGES =
      Setting.of("MESSAGES_TABLE", Form.table(), "Messages", "What became of each message.");
  private static final Setting<String> USAGE =
      Setting.of("USAGE_TABLE", Form.table(), "Usage", "How many messages, by day.");
  private static final Setting<String> COUNTED_LINES =
      Setting.of(
          "COUNTED_LINES_TABLE", Form.table(), "CountedLines", "Event lines that are counted.");
  private static final Setting<String> LAST_SEEN =
      Setting.of("LAST_SEEN_TABLE", Form.table(), "LastSeen", "Each SMTP user's newest line.");
  private static final Setting<String> QUEUE =
      Setting.of("QUEUE_TABLE", Form.table(), "Queue", "The relay's queue.");

  public static final List<Setting<?>> ALL =
      List.of(MESSAGES, USAGE, COUNTED_LINES, LAST_SEEN, QUEUE);

  public static MessageTables from(Values values) {
    return new MessageTables(
        values.get(MESSAGES),
        values.get(USAGE),
        values.get(COUNTED_LINES),
        values.get(LAST_SEEN),
        values.get(QUEUE));
  }
}
