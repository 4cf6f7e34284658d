/**
 * Looks whether the tables agree: for the day after a restore or a hand in the tables, and every
 * day before. It only reads, and needs {@code Scan} and {@code GetItem} on {@code SmtpUsers} and
 * {@code IpAuthentications}, {@code Scan} on {@code Accounts}, no pepper and no OpenID provider.
 *
 * <p>Scans see the tables over a while, so what doesn't fit in them is only suspected. Each suspect
 * is read again in one transaction, where changes under way are either made or not: what doesn't
 * fit there is a fault. Start reading at {@link dev.ipauth.functions.auditor.Auditor}.
 */
@NullMarked
package dev.ipauth.functions.auditor;

import org.jspecify.annotations.NullMarked;
