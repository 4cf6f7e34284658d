package dev.ipauth.functions.campaign;

import dev.ipauth.functions.campaign.Operation.Link;
import org.jspecify.annotations.Nullable;

/**
 * An address that waits for proof, as far as the answers tell.
 *
 * @param code null when nobody was told it
 * @param overSince when the day had passed that ended it; {@link Operation#NEVER} while none has
 * @param isPerhapsOver whether a day passed while it was asked for: nobody knows which was first
 */
record Waiting(String ip, @Nullable String code, long overSince, boolean isPerhapsOver) {
  static Waiting since(String ip, @Nullable String code, boolean isPerhapsOver) {
    return new Waiting(ip, code, Operation.NEVER, isPerhapsOver);
  }

  /** Whether the operation may have found it waiting: it reads the clock before it is done. */
  boolean mayWait(Operation operation) {
    return overSince == Operation.NEVER || operation.invoked() < overSince;
  }

  boolean mayBeOver() {
    return isPerhapsOver || overSince != Operation.NEVER;
  }

  boolean mayBe(Link link) {
    return ip.equals(link.ip()) && mayHave(link.code());
  }

  private boolean mayHave(@Nullable String other) {
    return code == null || other == null || code.equals(other);
  }

  /** Whether it is known to be this one, and to wait. */
  boolean is(Link link) {
    return ip.equals(link.ip()) && link.code().equals(code) && !mayBeOver();
  }

  Waiting afterADay(long passed) {
    return new Waiting(ip, code, Math.min(overSince, passed), false);
  }

  /**
   * The same address again: the same code and the same end, unless it is over.
   *
   * @param answered the code that was told; null when nobody was answered
   * @return null when it can't have been answered so
   */
  @Nullable Waiting again(Operation asked, @Nullable String answered, boolean isPerhapsOver) {
    boolean mayBeTheSame = mayWait(asked) && mayHave(answered);
    if (!mayBeTheSame) {
      return mayBeOver() ? since(ip, answered, isPerhapsOver) : null;
    }
    if (!mayBeOver() || (code != null && code.equals(answered))) {
      return new Waiting(ip, code == null ? answered : code, overSince, this.isPerhapsOver);
    }
    return since(ip, answered, true);
  }
}
