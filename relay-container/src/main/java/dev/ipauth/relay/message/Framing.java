package dev.ipauth.relay.message;

/** How the end of a text is told on the wire. */
public enum Framing {
  /** {@code DATA}: dot-stuffed, ended by CRLF . CRLF (RFC 5321 section 4.5.2). */
  DOT,
  /** {@code BDAT}: counted by whoever reads it, not dot-stuffed (RFC 3030). */
  COUNTED
}
