package dev.ipauth.local.sink;

import java.util.List;

/** A message that the sink took. */
public final class SunkMessage {
  private final String id;
  private final String mailFrom;
  private final List<String> recipients;
  private final byte[] data;

  SunkMessage(String id, String mailFrom, List<String> recipients, byte[] data) {
    this.id = id;
    this.mailFrom = mailFrom;
    this.recipients = List.copyOf(recipients);
    this.data = data;
  }

  /** Unique while the sink runs. */
  public String id() {
    return id;
  }

  /** The reverse-path without its brackets; empty for the null sender. */
  public String mailFrom() {
    return mailFrom;
  }

  /** In the order in which they were given, without their brackets. */
  public List<String> recipients() {
    return recipients;
  }

  /** The whole message as it came, but for the dots of RFC 5321 section 4.5.2. */
  public byte[] data() {
    return data.clone();
  }

  int size() {
    return data.length;
  }
}
