package dev.ipauth.relay.oauth;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** There is no token. The message says why, for the operator. */
public final class NoToken extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final Kind kind;
  private final transient @Nullable Duration retryAfter;

  /** Whose fault it is. */
  public enum Kind {
    /** The issuer asks the relay to wait. */
    THROTTLED,
    /** The issuer can't be reached, fails, or answers nonsense. */
    UNAVAILABLE,
    /** The issuer refuses the relay until the operator mends something. */
    OPERATOR
  }

  NoToken(Kind kind, String why) {
    this(kind, why, null);
  }

  /**
   * @param retryAfter how long not to ask again; null when the issuer doesn't say
   */
  NoToken(Kind kind, String why, @Nullable Duration retryAfter) {
    // Told, not debugged: a stack trace would cost and say nothing.
    super(why, null, false, false);
    this.kind = kind;
    this.retryAfter = retryAfter;
  }

  public Kind kind() {
    return kind;
  }

  @Nullable Duration retryAfter() {
    return retryAfter;
  }

  /** The message, which is never null. */
  public String why() {
    return String.valueOf(getMessage());
  }
}
