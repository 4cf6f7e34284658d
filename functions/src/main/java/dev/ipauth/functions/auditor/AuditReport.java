package dev.ipauth.functions.auditor;

import java.util.List;

/**
 * What an audit found.
 *
 * @param addresses rows of {@code IpAuthentications}
 * @param nominating rows of {@code SmtpUsers} that show an address
 */
record AuditReport(int addresses, int nominating, List<Disagreement> disagreements) {}
