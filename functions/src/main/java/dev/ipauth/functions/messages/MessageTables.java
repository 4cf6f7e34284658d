package dev.ipauth.functions.messages;

/** What the message log's tables, and the relay's queue, are called in this deployment. */
public record MessageTables(
    String messages, String usage, String countedLines, String lastSeen, String queue) {}
