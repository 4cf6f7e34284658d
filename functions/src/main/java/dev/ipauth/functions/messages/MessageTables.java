package dev.ipauth.functions.messages;

import java.util.function.BinaryOperator;

/** What the message log's tables, and the relay's queue, are called in this deployment. */
public record MessageTables(
    String messages, String usage, String countedLines, String lastSeen, String queue) {

  /**
   * As the environment has it.
   *
   * @param read takes a variable, and what it means not to set it
   */
  public static MessageTables read(BinaryOperator<String> read) {
    return new MessageTables(
        read.apply("MESSAGES_TABLE", "Messages"),
        read.apply("USAGE_TABLE", "Usage"),
        read.apply("COUNTED_LINES_TABLE", "CountedLines"),
        read.apply("LAST_SEEN_TABLE", "LastSeen"),
        read.apply("QUEUE_TABLE", "Queue"));
  }
}
