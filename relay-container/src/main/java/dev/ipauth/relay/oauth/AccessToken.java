package dev.ipauth.relay.oauth;

import java.time.Instant;

/**
 * What shows the next hop that the relay may send as its mailbox.
 *
 * @param value visible ASCII (RFC 6750 section 2.1)
 * @param end when it holds no longer
 */
public record AccessToken(String value, Instant end) {
  @Override
  public String toString() {
    return "AccessToken[until " + end + "]";
  }
}
