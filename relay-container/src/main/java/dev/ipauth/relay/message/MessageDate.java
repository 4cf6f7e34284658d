package dev.ipauth.relay.message;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** Date and time as a message's header has them (RFC 5322 section 3.3), in UTC. */
public final class MessageDate {
  private static final DateTimeFormatter RFC_5322 =
      DateTimeFormatter.ofPattern("EEE, d MMM uuuu HH:mm:ss xx", Locale.ROOT)
          .withZone(ZoneOffset.UTC);

  /** To write one costs more than all else in a trace field, and all of a second's are the same. */
  private static volatile MessageDate last = new MessageDate(Instant.EPOCH);

  private final long second;
  private final String text;

  private MessageDate(Instant time) {
    this.second = time.getEpochSecond();
    this.text = RFC_5322.format(time);
  }

  public static String of(Instant time) {
    MessageDate date = last;
    if (date.second != time.getEpochSecond()) {
      date = new MessageDate(time);
      last = date;
    }
    return date.text;
  }
}
