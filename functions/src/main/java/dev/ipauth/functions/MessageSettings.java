package dev.ipauth.functions;

import dev.ipauth.functions.messages.MessageRetention;
import dev.ipauth.functions.messages.MessageTables;
import java.time.Duration;

/** What is set of the message log. */
final class MessageSettings {
  private MessageSettings() {}

  static MessageTables tables(SettingsReader read) {
    return MessageTables.read(read::text);
  }

  static MessageRetention retention(SettingsReader read) {
    String days = read.text("MESSAGE_RETENTION", "30");
    if (!days.matches("0|[1-9]\\d{0,2}") || Integer.parseInt(days) > 400) {
      throw SettingsReader.bad("MESSAGE_RETENTION", "a number of days from 0 to 400", days);
    }
    return new MessageRetention(Duration.ofDays(Integer.parseInt(days)));
  }
}
