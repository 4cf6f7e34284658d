/**
 * The register of SMTP users and of the addresses they nominate, in DynamoDB. Everything that
 * writes its tables is here.
 *
 * <p>Invariants, at any concurrency, retry or crash:
 *
 * <ul>
 *   <li>An address is in {@code IpAuthentications} for at most one SMTP user, because the address
 *       alone is the row's key and a row is only put where none is ({@link
 *       dev.ipauth.functions.register.Conditions}).
 *   <li>A user's row and the address's row agree, because they change in one transaction.
 *   <li>A change is made to the user that was read, because every change checks its version and
 *       raises it. A user begins with a random version, so a late duplicate of a request to an
 *       earlier user of the same name changes nothing either.
 *   <li>The count of an account's users changes in the transaction that makes or deletes one.
 *   <li>A change and its line in the audit trail are one transaction. So the line tells, when a
 *       reply was lost, that the change was made.
 *   <li>What was refused to its caller isn't made later: while an unanswered try may still arrive,
 *       and could then be made, the answer isn't no but that nobody knows.
 * </ul>
 *
 * Start reading at {@link dev.ipauth.functions.register.SmtpUsers#change}, then {@link
 * dev.ipauth.functions.register.Changes} (which rows a change writes), {@link
 * dev.ipauth.functions.register.Writes} (each row with its condition) and {@link
 * dev.ipauth.functions.register.Transactions} (until it is known whether they were written).
 */
@NullMarked
package dev.ipauth.functions.register;

import org.jspecify.annotations.NullMarked;
