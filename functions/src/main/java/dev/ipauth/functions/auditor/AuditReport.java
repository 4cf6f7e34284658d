package dev.ipauth.functions.auditor;

import java.util.List;

/**
 * What an audit found.
 *
 * @param addresses rows of {@code IpAuthentications}
 * @param nominating rows of {@code SmtpUsers} that show an address
 * @param miscounts accounts whose users are counted wrongly
 */
record AuditReport(
    int addresses, int nominating, List<Disagreement> disagreements, List<Miscount> miscounts) {
  int faults() {
    return disagreements.size() + miscounts.size();
  }
}
