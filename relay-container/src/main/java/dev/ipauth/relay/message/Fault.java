package dev.ipauth.relay.message;

/** Why a message can't be passed on. */
public enum Fault {
  MESSAGE_TOO_LARGE,
  LINE_TOO_LONG,
  HEADER_TOO_LARGE,
  /** Its header has no room among those that are being read. */
  NO_ROOM_FOR_HEADER,
  /** More than a hundred {@code Received} fields (RFC 5321 section 6.3). */
  LOOP,
  FROM_NOT_ALLOWED,
  /** Readers could take its {@code From} for two different ones. */
  FROM_UNCERTAIN,
  /** A {@code From} of more addresses, or octets, than anybody means. */
  FROM_TOO_LONG,
  /** A line of its header is no field, so that readers differ where the header ends. */
  HEADER_UNCERTAIN
}
