package dev.ipauth.functions.caller;

/** What becomes of a bearer token. */
public sealed interface Verdict {
  /**
   * It is good.
   *
   * @param accountId whose things may be seen and changed with it
   * @param subject who acts for the account, as the audit trail names them
   */
  record Good(String accountId, String subject) implements Verdict {}

  /** Not a token of ours, or no longer. */
  record Bad() implements Verdict {}

  /** A good token, without the scope that is asked for. */
  record OutOfScope() implements Verdict {}

  /** Whether it's good can't be told just now. */
  record Unknown() implements Verdict {}
}
