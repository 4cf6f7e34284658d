package dev.ipauth.functions.register;

/** Every condition that a write rests on. What they name is in the row that is being written. */
final class Conditions {
  /** {@code SmtpUsers}: nobody on the platform has this username. */
  static final String USERNAME_IS_FREE = "attribute_not_exists(username)";

  /** {@code SmtpUsers}: the user is the account's, and nothing has changed since it was read. */
  static final String USER_IS_AS_READ = "accountId = :accountId AND version = :version";

  /** {@code IpAuthentications}: nobody on the platform nominates this address. */
  static final String ADDRESS_IS_FREE = "attribute_not_exists(ip)";

  /**
   * {@code IpAuthentications}: the address is this user's. Already gone is as good: that is what
   * freeing it is for.
   */
  static final String ADDRESS_IS_OURS =
      "attribute_not_exists(ip) OR (accountId = :accountId AND username = :username)";

  /** {@code IpAuthentications}: the address is the user's who gives it up. */
  static final String ADDRESS_IS_THE_GIVERS = "accountId = :accountId AND username = :username";

  /** {@code Accounts}: the account's users are counted, and there may be one more. */
  static final String ACCOUNT_HAS_ROOM = "smtpUsers < :max";

  /** {@code Accounts}: the account's users are counted. */
  static final String ACCOUNT_IS_COUNTED = "attribute_exists(smtpUsers)";

  /** {@code Accounts}: nobody has counted the account's users yet. */
  static final String ACCOUNT_IS_UNCOUNTED = "attribute_not_exists(accountId)";

  /**
   * {@code IdempotencyKeys}: the account hasn't used this key within its lifetime. The time is
   * compared here, because DynamoDB deletes expired rows when it pleases.
   */
  static final String KEY_IS_UNUSED = "attribute_not_exists(idempotencyKey) OR expiresAt <= :now";

  private Conditions() {}
}
