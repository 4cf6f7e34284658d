package dev.ipauth.functions.auditor;

/**
 * An account that is said to have another number of SMTP users than it has.
 *
 * @param counted by the account's row in {@code Accounts}
 * @param users that there are
 */
record Miscount(String accountId, long counted, long users) {}
